//! The binary form of WebAssembly, as far as its names and sizes go: <https://webassembly.github.io/spec/core/binary/>.

/// What stands before all sections: the magic word and the version.
pub(crate) const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The section with something of a tool's own.
pub(crate) const CUSTOM: u8 = 0;
/// The section with what the module needs.
pub(crate) const IMPORT: u8 = 2;
/// The section with what the module offers.
pub(crate) const EXPORT: u8 = 7;
/// The section with the bodies of functions.
pub(crate) const CODE: u8 = 10;
/// The section with static data.
pub(crate) const DATA: u8 = 11;

/// The kind of an import that is a function.
pub(crate) const FUNCTION: u8 = 0;

/// All sections with their kinds, in order; `None` when the bytes are no module.
pub(crate) fn sections(module: &[u8]) -> Option<Vec<(u8, Reader<'_>)>> {
    let mut rest = Reader(module.strip_prefix(HEADER)?);
    let mut sections = Vec::new();
    while !rest.0.is_empty() {
        sections.push((rest.byte()?, rest.block()?));
    }
    Some(sections)
}

/// Writes a number as unsigned LEB128.
pub(crate) fn write_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Writes a length and that many bytes.
pub(crate) fn write_block(out: &mut Vec<u8>, block: &[u8]) {
    write_number(out, block.len());
    out.extend(block);
}

/// Bytes not read yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// One byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned LEB128 number.
    pub(crate) fn number(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A length and that many bytes.
    pub(crate) fn block(&mut self) -> Option<Reader<'a>> {
        let length = self.number()?;
        let (block, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Reader(block))
    }

    /// What follows the names and the kind of an import.
    pub(crate) fn import(&mut self, kind: u8) -> Option<()> {
        match kind {
            FUNCTION => {
                self.number()?;
            }
            1 => {
                self.byte()?;
                self.limits()?;
            }
            2 => self.limits()?,
            3 => {
                self.byte()?;
                self.byte()?;
            }
            _ => {
                self.byte()?;
                self.number()?;
            }
        }
        Some(())
    }

    fn limits(&mut self) -> Option<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 == 1 {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_was_written_is_read_again() {
        for number in [0, 1, 127, 128, 624_485, 0xffff_ffff] {
            let mut bytes = Vec::new();
            write_number(&mut bytes, number);
            assert_eq!(Reader(&bytes).number(), Some(number));
        }
        let mut bytes = Vec::new();
        write_number(&mut bytes, 624_485);
        assert_eq!(
            bytes,
            [0xe5, 0x8e, 0x26],
            "the example of the specification"
        );
    }
}
