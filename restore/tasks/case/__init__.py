"""An examiner's case: originals kept, every step logged, replayed and handed on."""
