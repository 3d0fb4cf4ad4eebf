"""Details of many images at once: what is asked, what would come of it, doing it."""
