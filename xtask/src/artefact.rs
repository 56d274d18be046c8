//! What this is: the table of browser artefacts and how each is put together.

/// How the bundle reaches the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A classic script with the WASM inside: nothing to wait for.
    Inlined,
    /// An ES module with its `.wasm` beside it.
    Module,
    /// An ES module that needs no core of its own.
    Script,
}

/// One file (or pair) that a page loads.
pub struct Artefact {
    /// The cargo feature that builds it, if it has WASM, and its name on the command line.
    pub feature: &'static str,
    /// The file name in the SDK, without extension.
    pub file: &'static str,
    /// The hand-written JS that starts it; empty: the generated glue itself is the module.
    pub entry: &'static str,
    /// How the bundle reaches the page.
    pub form: Form,
    /// Whether it is part of what a site gets.
    pub shipped: bool,
    /// Whether its panics say nothing (`snip.rs`).
    pub terse: bool,
    /// Whether it formats no text, so that what the standard library formats in a panic can go (`snip.rs`).
    pub lean: bool,
}

/// All artefacts, in the order of a page's life.
pub const ARTEFACTS: &[Artefact] = &[
    Artefact {
        feature: "gate",
        file: "assent",
        entry: "src/gate/boot.js",
        form: Form::Inlined,
        shipped: true,
        terse: true,
        lean: true,
    },
    Artefact {
        feature: "notice",
        file: "assent-notice",
        entry: "src/notice/entry.js",
        form: Form::Module,
        shipped: true,
        terse: true,
        lean: true,
    },
    Artefact {
        feature: "embeds",
        file: "assent-embeds",
        entry: "src/embeds/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "record",
        file: "assent-record",
        entry: "src/record/entry.js",
        form: Form::Module,
        shipped: true,
        terse: true,
        lean: false,
    },
    Artefact {
        feature: "iab",
        file: "assent-iab",
        entry: "src/iab/entry.js",
        form: Form::Module,
        shipped: true,
        terse: true,
        lean: true,
    },
    Artefact {
        feature: "diagnose",
        file: "assent-diagnose",
        entry: "src/diagnose/entry.js",
        form: Form::Module,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "corpus",
        file: "corpus",
        entry: "",
        form: Form::Module,
        shipped: false,
        terse: false,
        lean: false,
    },
];

/// The artefact a feature builds.
pub fn find(feature: &str) -> Option<&'static Artefact> {
    ARTEFACTS.iter().find(|artefact| artefact.feature == feature)
}

impl Artefact {
    /// Whether there is Rust in it.
    pub fn has_core(&self) -> bool {
        self.form != Form::Script
    }

    /// The files it becomes, as names inside the SDK folder.
    pub fn files(&self) -> Vec<String> {
        match self.form {
            Form::Inlined | Form::Script => vec![format!("{}.js", self.file)],
            Form::Module => vec![format!("{}.js", self.file), format!("{}.wasm", self.file)],
        }
    }
}
