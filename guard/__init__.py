"""The second opinion, pure: text and facts in, verdict out."""
