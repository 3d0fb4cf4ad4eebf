"""Where the marks of a plot go, in percent: pure arithmetic, which templates draw as SVG."""
