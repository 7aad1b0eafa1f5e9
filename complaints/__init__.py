"""The complaint itself: its record, its lifecycle, its priority, its clocks.

Everything here is pure. No module waits, reads a clock, opens a file or knows that databases exist;
time and identifiers come in as arguments. The process follows ISO 10002:2018.
"""
