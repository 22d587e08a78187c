"""The whole publication as files for any web host: `python -m server.export`, for when the server is gone."""
