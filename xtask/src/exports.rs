//! What this is: exports that nobody asks for, taken off.
//!
//! The linker exports two addresses that no glue reads. A module that takes and gives only numbers and strings, as the
//! gate does, is given a table for JavaScript values all the same, and a start function that fills it.

use walrus::Module;

/// What the linker exports of the memory's layout.
const LAYOUT: &[&str] = &["__data_end", "__heap_base"];
/// The one function a module imports that exchanges no JavaScript values.
const FILL: &str = "__wbindgen_init_externref_table";
/// The export by which the glue calls it, and the table.
const VALUES: &[&str] = &["__wbindgen_start", "__wbindgen_externrefs"];

/// Takes them off; the optimiser then finds what they kept alive unused. Returns how many there were.
pub fn prune(module: &mut Module) -> usize {
    let exchanges_values = module.imports.iter().any(|import| import.name != FILL);
    let values = if exchanges_values { &[] } else { VALUES };
    let unused = LAYOUT.iter().chain(values).filter(|name| module.exports.remove(name).is_ok());
    unused.count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::RefType;

    /// A module with the exports above and these imports.
    fn module(imports: &[&str]) -> Module {
        let mut module = Module::default();
        let nothing = module.types.add(&[], &[]);
        let mut start = None;
        for import in imports {
            start = Some(module.add_import_func("glue", import, nothing).0);
        }
        let table = module.tables.add_local(false, 1, None, RefType::EXTERNREF);
        module.exports.add("__wbindgen_start", start.unwrap());
        module.exports.add("__wbindgen_externrefs", table);
        module.exports.add("start", start.unwrap());
        module
    }

    #[test]
    fn a_module_of_numbers_and_strings_loses_the_table_of_values() {
        let mut numbers = module(&[FILL]);
        assert_eq!(prune(&mut numbers), 2);
        let left: Vec<&str> = numbers.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(left, ["start"]);
    }

    #[test]
    fn a_module_that_exchanges_values_keeps_it() {
        assert_eq!(prune(&mut module(&[FILL, "__wbg_call"])), 0);
    }
}
