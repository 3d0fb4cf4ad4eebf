"""Which images belong together: who was made from whom (`Kin`), which are versions of one picture,
and which are one idea. Machines find it, people correct it, and what they said counts."""
