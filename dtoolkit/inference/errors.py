"""What can go wrong with a network, each with a sentence that says what to do."""


class InferenceError(Exception):
    """Its text is for a person."""


class WeightsMissing(InferenceError):
    """Nowhere to be found; says where it was looked."""


class WeightsUnusable(InferenceError):
    """There, but truncated, of another architecture or of another width."""


class RuntimeMissing(InferenceError):
    """The libraries that run networks are not installed."""


class BadOutput(InferenceError):
    """One input made the network give NaN or infinity."""


class DeviceLost(InferenceError):
    """The card vanished or cannot be used any more."""


class OutOfMemory(InferenceError):
    """Even one input does not fit into the device's memory."""
