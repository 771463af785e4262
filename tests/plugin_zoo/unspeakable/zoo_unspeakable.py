"""A plugin whose error cannot be written."""


class Unspeakable(BaseException):
    def __str__(self):
        raise self


raise Unspeakable
