"""Which images are one picture: channels that tell, each in its own way, and who is to be kept. A
higher app registers its channel in its `AppConfig`."""
