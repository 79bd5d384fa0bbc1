"""One composition root for each process: settings in, built parts out."""
