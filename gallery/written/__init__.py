"""What people said, written into the files themselves, and read back from them.

`gallery.metadata.writing` knows how files carry words; here is what stands in the database, who may
be written, and how the row follows its file.
"""
