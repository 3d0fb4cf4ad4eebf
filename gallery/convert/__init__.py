"""Pictures made into WebP or AVIF with all that their files say: bytes in, verified bytes out.

Nothing here touches a file or the database: `gallery.filing.converting` does.
"""
