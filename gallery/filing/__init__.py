"""Files of the library moved, copied, renamed and put into the trash on the person's behalf; what
they hold is changed in `gallery.written` alone.

`FileAct` is written before each deed. A deed can be done again from whatever a kill left of it:
`gallery.services.filing` runs them, the scans' lock on the roots held.
"""
