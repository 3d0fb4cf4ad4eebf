"""News for higher apps, in batches; receivers only enqueue."""

from django.dispatch import Signal

# `collection_id`: some of its images were read, and have their thumbnails.
images_indexed = Signal()
