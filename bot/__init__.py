"""The running application: settings, wiring, command line. It knows every other part; no part knows it."""
