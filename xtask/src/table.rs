//! What this is: the functions of the table that nothing can call, emptied.
//!
//! A vtable in memory names its functions by their place in the table, so the optimiser keeps all of them. What formats
//! an error stays long after its last caller has gone. But a function of the table can only be called by a
//! `call_indirect` of its own type (by another, the call traps), so where no live code has one, it is dead.

use crate::snip::empty;
use std::collections::HashSet;
use walrus::ir::{Visitor, dfs_in_order};
use walrus::{ConstExpr, ElementItems, ExportItem, FunctionId, FunctionKind, Module, RefType, TypeId};

/// Empties them. Returns how many there were.
pub fn prune(module: &mut Module) -> usize {
    // A table that others see has callers that are not in the module.
    let shared = |table: &walrus::Table| table.element_ty == RefType::FUNCREF && table.import.is_some();
    let exported = module.exports.iter().any(|export| match export.item {
        ExportItem::Table(id) => module.tables.get(id).element_ty == RefType::FUNCREF,
        _ => false,
    });
    if exported || module.tables.iter().any(shared) {
        return 0;
    }
    let entries: Vec<FunctionId> = module
        .elements
        .iter()
        .flat_map(|element| match &element.items {
            ElementItems::Functions(functions) => functions.clone(),
            ElementItems::Expressions(_, expressions) => expressions
                .iter()
                .filter_map(|item| if let ConstExpr::RefFunc(id) = item { Some(*id) } else { None })
                .collect(),
        })
        .collect();
    let live = live(module, &entries);
    let dead: Vec<FunctionId> = entries.into_iter().filter(|entry| !live.contains(entry)).collect();
    dead.iter().filter(|id| empty(module, **id)).count()
}

/// What can run: from the exports on, by calls, and by the table where a live call asks for the type.
fn live(module: &Module, entries: &[FunctionId]) -> HashSet<FunctionId> {
    let mut waiting: Vec<FunctionId> = module.start.into_iter().collect();
    waiting.extend(module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        _ => None,
    }));
    let mut live = HashSet::new();
    let mut calls = Calls::default();
    while let Some(id) = waiting.pop() {
        if !live.insert(id) {
            continue;
        }
        if let FunctionKind::Local(function) = &module.funcs.get(id).kind {
            dfs_in_order(&mut calls, function, function.entry_block());
        }
        waiting.append(&mut calls.functions);
        let asked = |entry: &&FunctionId| calls.types.contains(&module.funcs.get(**entry).ty());
        waiting.extend(entries.iter().filter(asked).filter(|entry| !live.contains(entry)));
    }
    live
}

/// The functions and the types of functions that code calls.
#[derive(Default)]
struct Calls {
    functions: Vec<FunctionId>,
    types: HashSet<TypeId>,
}

impl<'a> Visitor<'a> for Calls {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.functions.push(*function);
    }

    fn visit_type_id(&mut self, kind: &TypeId) {
        self.types.insert(*kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{ElementKind, FunctionBuilder, ValType};

    /// A module whose table holds a function `() -> ()` and one `(i32) -> ()`, and whose export calls the first type
    /// through it. With `exported`, the table is for others to call, too.
    fn module(exported: bool) -> (Module, [FunctionId; 2]) {
        let mut module = Module::default();
        let entry = |module: &mut Module, takes: &[ValType]| {
            let parameters = takes.iter().map(|kind| module.locals.add(*kind)).collect();
            let mut builder = FunctionBuilder::new(&mut module.types, takes, &[]);
            builder.func_body().i32_const(7).drop();
            builder.finish(parameters, &mut module.funcs)
        };
        let functions = [entry(&mut module, &[]), entry(&mut module, &[ValType::I32])];
        let table = module.tables.add_local(false, 2, Some(2), RefType::FUNCREF);
        let kind = ElementKind::Active { table, offset: ConstExpr::Value(walrus::ir::Value::I32(0)) };
        let segment = module.elements.add(kind, ElementItems::Functions(functions.to_vec()));
        module.tables.get_mut(table).elem_segments.insert(segment);
        let asked = module.types.add(&[], &[]);
        let mut caller = FunctionBuilder::new(&mut module.types, &[], &[]);
        caller.func_body().i32_const(0).call_indirect(asked, table);
        let caller = caller.finish(vec![], &mut module.funcs);
        module.exports.add("run", caller);
        if exported {
            module.exports.add("table", table);
        }
        (module, functions)
    }

    fn length(module: &Module, id: FunctionId) -> usize {
        let function = module.funcs.get(id).kind.unwrap_local();
        function.block(function.entry_block()).instrs.len()
    }

    #[test]
    fn what_no_live_call_asks_for_is_emptied() {
        let (mut module, [called, dead]) = module(false);
        assert_eq!(prune(&mut module), 1);
        assert_eq!((length(&module, called), length(&module, dead)), (2, 1));
        Module::from_buffer(&module.emit_wasm()).unwrap();
    }

    #[test]
    fn a_table_that_others_call_is_left_alone() {
        let (mut module, _) = module(true);
        assert_eq!(prune(&mut module), 0);
    }
}
