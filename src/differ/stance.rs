//! The stance of a sentence on a word, and the words that decide it.

/// A word that decides the stance on what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Negation,
    More,
    Less,
    Open,
}

/// The stance of a sentence on one of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    /// There should be some, or more.
    For,
    /// There should be less, or none.
    Against,
    /// It is to be dealt with, in a direction not stated.
    Open,
    /// It is not to be done, or not to be dealt with.
    Refused,
}

impl Operator {
    /// The stance when this operator follows `outer`.
    pub(super) fn after(self, outer: Option<Stance>) -> Stance {
        match (self, outer) {
            (Self::Negation | Self::Less, Some(Stance::Against | Stance::Refused))
            | (Self::More, None | Some(Stance::For | Stance::Open)) => Stance::For,
            (Self::Negation, None | Some(Stance::For | Stance::Open))
            | (Self::More, Some(Stance::Refused))
            | (Self::Open, Some(Stance::Against | Stance::Refused)) => Stance::Refused,
            (Self::Less, None | Some(Stance::For | Stance::Open))
            | (Self::More, Some(Stance::Against)) => Stance::Against,
            (Self::Open, None | Some(Stance::For | Stance::Open)) => Stance::Open,
        }
    }
}

impl Stance {
    pub(super) fn conflicts(self, other: Self) -> bool {
        let pair = |a, b| (self, other) == (a, b) || (self, other) == (b, a);
        pair(Self::For, Self::Against)
            || pair(Self::For, Self::Refused)
            || pair(Self::Open, Self::Refused)
    }

    pub(super) fn agrees(self, other: Self) -> bool {
        let pair = |a, b| (self, other) == (a, b) || (self, other) == (b, a);
        self == other || pair(Self::For, Self::Open) || pair(Self::Against, Self::Refused)
    }

    pub(super) fn is_negative(self) -> bool {
        matches!(self, Self::Against | Self::Refused)
    }
}
