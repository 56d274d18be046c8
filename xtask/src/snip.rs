//! What this is: what stands between a panic and the trap it ends in, taken out.
//!
//! The small modules answer a panic with a trap. The standard library, which comes compiled, still puts a message
//! together first, and with it comes the machinery that formats numbers and ranges: a tenth of the gate. A function
//! that only ever ends in a panic is therefore made to trap at once. What the page sees is the same: the call traps.
//!
//! What it is not: a change of what the program does. Functions that cannot return are touched (that is read off their
//! code, not their names), and those that only messages need.

use walrus::ir::{Instr, InstrSeqId};
use walrus::{DataId, FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// Parts of the (mangled) names of what the standard library calls when it gives up.
const GIVING_UP: &[&str] = &[
    "4core9panicking",
    "4core3str16slice_error_fail",
    "5slice5index16slice_index_fail",
    "15copy_from_slice17len_mismatch_fail",
    "4cell4lazy14panic_poisoned",
    "4cell22panic_already_borrowed",
    "4cell30panic_already_mutably_borrowed",
    "6option13unwrap_failed",
    "6option13expect_failed",
    "6result13unwrap_failed",
    "5alloc5alloc18handle_alloc_error",
    "5alloc7raw_vec12handle_error",
    "5alloc7raw_vec17capacity_overflow",
];

/// Parts of the names of what writes a message. A lean module writes none but those of its panics, so nobody is left to
/// call it; only tables of function pointers still name it.
const WRITING: &[&str] = &[
    "7Display3fmt",
    "5Debug3fmt",
    // As crates other than the standard library spell them.
    "fmt..Display$GT$3fmt",
    "fmt..Debug$GT$3fmt",
    "4core3fmt5write",
    "9Formatter3pad",
];

/// What the name of every source file begins with: the standard library's by itself, ours by the build's flags.
pub const SOURCES: &[u8] = b"/rustc/";

/// Makes every function that can only panic trap at once. Returns how many there were. `lean` says that nothing else writes
/// numbers either.
pub fn panics(module: &mut Module, lean: bool) -> usize {
    let doomed: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, function)| {
            let name = module.funcs.get(*id).name.as_deref().unwrap_or_default();
            let is_named = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
            is_named(GIVING_UP) && never_returns(function) || lean && is_named(WRITING)
        })
        .map(|(id, _)| id)
        .collect();
    let segments: Vec<DataId> = module.data.iter().map(|data| data.id()).collect();
    for id in segments {
        blank_source_paths(&mut module.data.get_mut(id).value);
        if lean {
            blank_digits(&mut module.data.get_mut(id).value);
        }
    }
    doomed.iter().filter(|id| empty(module, **id)).count()
}

/// Replaces the code of a function by a trap. Imported functions have none.
pub fn empty(module: &mut Module, id: FunctionId) -> bool {
    let FunctionKind::Local(function) = &module.funcs.get(id).kind else { return false };
    let parameters = function.args.clone();
    let (takes, gives) = module.types.params_results(function.ty());
    let (takes, gives) = (takes.to_vec(), gives.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &takes, &gives);
    builder.func_body().unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(parameters));
    true
}

/// Blanks the names of source files in the module's memory: every place that may panic names one, and nobody is left
/// to read it.
fn blank_source_paths(data: &mut [u8]) {
    let mut from = 0;
    while let Some(at) = position(data, from, SOURCES) {
        let path = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
        let reach = data.get(at..).unwrap_or_default().iter().take_while(|byte| path(byte)).count();
        let end = position(data, at, b".rs").map(|end| end + 3).filter(|end| *end <= at + reach);
        if let Some(name) = end.and_then(|end| data.get_mut(at..end)) {
            name.fill(0);
        }
        from = at + SOURCES.len();
    }
}

/// Blanks the standard library's table of two-digit numbers, 00 to 99: whatever reads it writes a message ([`WRITING`]).
fn blank_digits(data: &mut [u8]) {
    let digits: String = (0..100).map(|n| format!("{n:02}")).collect();
    if let Some(at) = position(data, 0, digits.as_bytes())
        && let Some(table) = data.get_mut(at..at + digits.len())
    {
        table.fill(0);
    }
}

fn position(data: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    data.get(from..)?.windows(what.len()).position(|window| window == what).map(|at| from + at)
}

/// Whether no path through the function comes back to its caller.
fn never_returns(function: &LocalFunction) -> bool {
    let entry = function.entry_block();
    !falls_through(function, entry) && !leaves(function, entry, entry)
}

/// Whether control can come to the end of a sequence.
fn falls_through(function: &LocalFunction, sequence: InstrSeqId) -> bool {
    function.block(sequence).instrs.iter().all(|(instruction, _)| match instruction {
        Instr::Unreachable(_) | Instr::Br(_) | Instr::BrTable(_) => false,
        Instr::Block(block) => falls_through(function, block.seq) || leaves(function, block.seq, block.seq),
        Instr::Loop(repeat) => falls_through(function, repeat.seq),
        Instr::IfElse(branch) => [branch.consequent, branch.alternative]
            .into_iter()
            .any(|arm| falls_through(function, arm) || leaves(function, arm, arm)),
        _ => true,
    })
}

/// Whether something inside a sequence jumps to the end of `block`, or out of the function.
fn leaves(function: &LocalFunction, sequence: InstrSeqId, block: InstrSeqId) -> bool {
    function.block(sequence).instrs.iter().any(|(instruction, _)| match instruction {
        Instr::Return(_) | Instr::ReturnCall(_) | Instr::ReturnCallIndirect(_) => true,
        Instr::Br(jump) => jump.block == block,
        Instr::BrIf(jump) => jump.block == block,
        Instr::BrTable(table) => table.default == block || table.blocks.contains(&block),
        Instr::Block(inner) => leaves(function, inner.seq, block),
        Instr::Loop(inner) => leaves(function, inner.seq, block),
        Instr::IfElse(inner) => {
            leaves(function, inner.consequent, block) || leaves(function, inner.alternative, block)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ValType;

    /// A module with one function of that name, which first calls `build` and then maybe traps.
    fn module(name: &str, traps: bool, returns_early: bool) -> Module {
        let mut module = Module::default();
        let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
        let parameter = module.locals.add(ValType::I32);
        builder.name(name.into());
        let mut body = builder.func_body();
        body.block(None, |inner| {
            inner.local_get(parameter).drop();
            if returns_early {
                inner.return_();
            }
        });
        if traps {
            body.unreachable();
        }
        let id = builder.finish(vec![parameter], &mut module.funcs);
        module.exports.add("f", id);
        module
    }

    #[test]
    fn only_what_gives_up_by_name_and_by_code_is_cut() {
        let panic = "_RNvNtCsgXGp5Oqx2Ny_4core9panicking18panic_bounds_check";
        for (name, traps, returns_early, cut) in [
            (panic, true, false, 1),
            (panic, false, false, 0),
            (panic, true, true, 0),
            ("_ours", true, false, 0),
        ] {
            let mut module = module(name, traps, returns_early);
            assert_eq!(panics(&mut module, true), cut, "{name} {traps} {returns_early}");
            Module::from_buffer(&module.emit_wasm()).unwrap();
        }
    }

    #[test]
    fn names_of_source_files_are_blanked_and_nothing_else() {
        let mut data = b"ab/rustc/0123/library/core/src/cell.rscd/rustc/".to_vec();
        blank_source_paths(&mut data);
        assert!(data.starts_with(b"ab\0") && data.ends_with(b"\0cd/rustc/"), "{data:?}");
        assert_eq!(data.len(), 47);
    }

    #[test]
    fn the_table_of_digits_is_blanked_and_shorter_runs_are_not() {
        let digits: String = (0..100).map(|n| format!("{n:02}")).collect();
        let mut data = format!("000102..{digits}99").into_bytes();
        blank_digits(&mut data);
        assert!(data.starts_with(b"000102..\0") && data.ends_with(b"\x0099"));
        assert_eq!(data.len(), 210);
    }
}
