"""The systems that the documents quote, in PyTorch. Each module has a class, a function `bench` that makes it at
its published sizes with a random batch, and a function `read` that makes it at those of a reference file."""
