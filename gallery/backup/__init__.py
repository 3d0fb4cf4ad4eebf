"""All that people said, in one file that finds its images on another machine, and back again."""
