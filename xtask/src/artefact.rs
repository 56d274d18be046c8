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
    /// A classic script for a worker, with the gate's WASM inside.
    Worker,
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
        feature: "dialects",
        file: "assent-dialects",
        entry: "src/dialects/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "report",
        file: "assent-report",
        entry: "src/report/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "adapters",
        file: "assent-adapters",
        entry: "src/adapters/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "replay",
        file: "assent-replay",
        entry: "src/replay/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "answers",
        file: "assent-answers",
        entry: "src/answers/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "rehearse",
        file: "assent-rehearse",
        entry: "src/rehearse/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "import",
        file: "assent-import",
        entry: "src/import/entry.js",
        form: Form::Module,
        shipped: true,
        terse: true,
        lean: true,
    },
    Artefact {
        feature: "worker",
        file: "assent-sw",
        entry: "src/gate/worker.js",
        form: Form::Worker,
        shipped: true,
        terse: true,
        lean: true,
    },
    Artefact {
        feature: "record",
        file: "assent-record",
        entry: "src/record/entry.js",
        form: Form::Module,
        shipped: true,
        terse: true,
        lean: true,
    },
    Artefact {
        feature: "choices",
        file: "assent-choices",
        entry: "src/record/view.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
    },
    Artefact {
        feature: "ed25519",
        file: "assent-ed25519",
        entry: "src/ed25519/entry.js",
        form: Form::Module,
        shipped: true,
        terse: true,
        lean: true,
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
        feature: "tcf",
        file: "assent-tcf",
        entry: "src/iab/layers/entry.js",
        form: Form::Script,
        shipped: true,
        terse: false,
        lean: false,
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
    /// The cargo feature that its WASM is built from, if it has any.
    pub fn core(&self) -> Option<&'static str> {
        match self.form {
            Form::Script => None,
            Form::Worker => Some("gate"),
            Form::Inlined | Form::Module => Some(self.feature),
        }
    }

    /// Whether it has Rust of its own, which is checked apart.
    pub fn has_own_core(&self) -> bool {
        self.core() == Some(self.feature)
    }

    /// The files it becomes, as names inside the SDK folder.
    pub fn files(&self) -> Vec<String> {
        match self.form {
            Form::Inlined | Form::Script | Form::Worker => vec![format!("{}.js", self.file)],
            Form::Module => vec![format!("{}.js", self.file), format!("{}.wasm", self.file)],
        }
    }
}
