"""Many vectors as points on a plane, alike near alike. Knows no Django; needs numpy."""
