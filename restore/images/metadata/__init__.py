"""Metadata of image files as the formats hold them: read as bytes, put into what an encoder wrote."""
