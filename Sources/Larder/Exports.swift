// The public words of the format are part of the front door.
@_exported public import LarderFormat
