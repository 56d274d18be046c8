//! What can be answered on a layer, and the rule that refusing is never dearer.

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Nothing at all.
    Nothing,
    /// Only the way back.
    Button,
    /// The first layer.
    Banner,
    /// The second layer: every purpose and vendor.
    Preferences,
}

impl Layer {
    /// The layer that a name of the ports stands for; an unknown one shows nothing.
    pub fn from_name(name: &str) -> Layer {
        match name {
            "button" => Layer::Button,
            "banner" => Layer::Banner,
            "preferences" => Layer::Preferences,
            _ => Layer::Nothing,
        }
    }

    /// The name that the ports use.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Nothing => "",
            Layer::Button => "button",
            Layer::Banner => "banner",
            Layer::Preferences => "preferences",
        }
    }
}

/// What a person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes to all.
    Accept,
    /// No to all.
    Refuse,
}

/// One button: what it answers, where it stands and what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    answer: Answer,
    layer: Layer,
    weight: u8,
    clicks: u8,
}

impl Action {
    /// What pressing it says.
    pub fn answer(&self) -> Answer {
        self.answer
    }

    /// Where it stands.
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// How much it stands out, in a number that means nothing but its equality.
    pub fn weight(&self) -> u8 {
        self.weight
    }

    /// How many clicks it takes once its layer is open.
    pub fn clicks(&self) -> u8 {
        self.clicks
    }
}

/// Acceptance and refusal, made in one piece.
///
/// Layer, weight and clicks are stored once and both actions are derived from them: a refusal that is dearer than
/// the acceptance beside it has no representation (EDPB cookie banner taskforce, practices A and C to E;
/// CNIL recommendation 2020-092).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    layer: Layer,
    weight: u8,
    clicks: u8,
}

impl Pair {
    fn on(layer: Layer) -> Pair {
        Pair { layer, weight: 1, clicks: 1 }
    }

    fn action(&self, answer: Answer) -> Action {
        Action { answer, layer: self.layer, weight: self.weight, clicks: self.clicks }
    }

    /// Yes to all.
    pub fn accept(&self) -> Action {
        self.action(Answer::Accept)
    }

    /// No to all.
    pub fn refuse(&self) -> Action {
        self.action(Answer::Refuse)
    }
}

/// The answers that a layer offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Yes and no, at the same price.
    Pair(Pair),
    /// Only no: the words that explain a yes are not there, and a yes to something unexplained is no consent
    /// (GDPR article 4(11)).
    RefusalOnly(Action),
}

impl Offer {
    pub(super) fn new(layer: Layer, informed: bool) -> Offer {
        let pair = Pair::on(layer);
        if informed { Offer::Pair(pair) } else { Offer::RefusalOnly(pair.refuse()) }
    }

    /// The acceptance, if one is offered.
    pub fn accept(&self) -> Option<Action> {
        match self {
            Offer::Pair(pair) => Some(pair.accept()),
            Offer::RefusalOnly(_) => None,
        }
    }

    /// The refusal; there always is one.
    pub fn refuse(&self) -> Action {
        match self {
            Offer::Pair(pair) => pair.refuse(),
            Offer::RefusalOnly(refuse) => *refuse,
        }
    }
}
