"""What is run by hand against a really running server: bombs, mutations, the W3C's tests."""
