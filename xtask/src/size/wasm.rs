//! Reads the two sections of a wasm module that tell how large each function is and what it is called.

use std::collections::HashMap;

use crate::wasm::{CODE, CUSTOM, DATA, FUNCTION, IMPORT, Reader, sections};

/// The functions of a module and its static data.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Module {
    /// Name and bytes of each function body; a function without a name has an empty one.
    pub(super) functions: Vec<(String, usize)>,
    /// Bytes of static data.
    pub(super) data: usize,
}

const FUNCTION_NAMES: u8 = 1;

/// Reads a module; `None` when the bytes are no module.
pub(super) fn read(bytes: &[u8]) -> Option<Module> {
    let mut sizes = Vec::new();
    let mut names = HashMap::new();
    let mut imported = 0;
    let mut data = 0;
    for (kind, mut section) in sections(bytes)? {
        match kind {
            IMPORT => imported = imported_functions(&mut section)?,
            CODE => {
                for _ in 0..section.number()? {
                    sizes.push(section.block()?.0.len());
                }
            }
            DATA => data = section.0.len(),
            CUSTOM if section.block()?.0 == b"name" => names = function_names(&mut section)?,
            _ => {}
        }
    }
    let functions = sizes
        .into_iter()
        .enumerate()
        .map(|(index, size)| (names.remove(&(index + imported)).unwrap_or_default(), size))
        .collect();
    Some(Module { functions, data })
}

/// How many functions the module imports: their indices come before its own.
fn imported_functions(section: &mut Reader<'_>) -> Option<usize> {
    let mut count = 0;
    for _ in 0..section.number()? {
        section.block()?;
        section.block()?;
        let kind = section.byte()?;
        section.import(kind)?;
        count += usize::from(kind == FUNCTION);
    }
    Some(count)
}

fn function_names(section: &mut Reader<'_>) -> Option<HashMap<usize, String>> {
    let mut names = HashMap::new();
    while !section.0.is_empty() {
        let kind = section.byte()?;
        let mut part = section.block()?;
        if kind != FUNCTION_NAMES {
            continue;
        }
        for _ in 0..part.number()? {
            let index = part.number()?;
            let name = String::from_utf8_lossy(part.block()?.0).into_owned();
            names.insert(index, name);
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![kind, u8::try_from(content.len()).unwrap()];
        out.extend(content);
        out
    }

    #[test]
    fn names_meet_sizes_behind_the_imports() {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend(section(IMPORT, b"\x01\x01m\x01f\x00\x00"));
        module.extend(section(CODE, b"\x02\x02\0\x0b\x03\0\x01\x0b"));
        module.extend(section(DATA, b"12345"));
        module.extend(section(CUSTOM, b"\x04name\x01\x07\x02\0\x01i\x01\x01a"));
        let read = read(&module).unwrap();
        assert_eq!(read.functions, [("a".to_owned(), 2), (String::new(), 3)]);
        assert_eq!(read.data, 5);
    }

    #[test]
    fn what_is_no_module_is_refused_without_a_panic() {
        assert_eq!(read(b"nothing"), None);
        assert_eq!(read(b"\0asm\x01\0\0\0\x0a\xff\xff\xff\xff\x0f"), None);
    }
}
