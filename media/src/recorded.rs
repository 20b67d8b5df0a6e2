//! Which layer of a camera is recorded: the best one that its publisher really sends, from a keyframe of it on.
//!
//! The recorder is a receiver whose path carries everything. Packets are kept as they were made, each layer under its own source;
//! whoever reads the record goes on with another source where the first packet of it stands.
//! Invariant: at any moment packets of one layer are recorded, and each stretch of a layer begins with a keyframe.

use crate::layer::LAYERS_MAX;

/// The layer that is recorded, and the one that is to be.
#[derive(Debug, Default)]
pub(crate) struct RecordedLayer {
    showing: Option<usize>,
    wanted: usize,
}

impl RecordedLayer {
    /// A recording begins: with the first keyframe of any layer.
    pub(crate) fn begin(&mut self) {
        self.showing = None;
    }

    /// Whether a packet of this layer is recorded.
    pub(crate) fn takes(&mut self, layer: usize, begins: bool) -> bool {
        let is_next = self.showing.is_none() || layer == self.wanted;
        if begins && is_next {
            self.showing = Some(layer);
        }
        self.showing == Some(layer)
    }

    /// The layer that is recorded now.
    pub(crate) fn showing(&self) -> Option<usize> {
        self.showing
    }

    /// These layers come now, each with so many bits a second: the best of them is wanted. Returns it when a keyframe of it is
    /// needed.
    pub(crate) fn want_best(&mut self, layers_bps: [Option<u64>; LAYERS_MAX]) -> Option<usize> {
        self.wanted = layers_bps.iter().rposition(Option::is_some)?;
        (self.showing != Some(self.wanted)).then_some(self.wanted)
    }

    /// The layer that is to be recorded.
    pub(crate) fn wanted(&self) -> usize {
        self.wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_layer_that_comes_is_taken_from_its_keyframe_on() {
        let mut recorded = RecordedLayer::default();
        assert!(!recorded.takes(1, false), "nothing before a keyframe");
        assert!(recorded.takes(0, true) && recorded.takes(0, false));
        assert_eq!(recorded.want_best([Some(1), Some(2), None]), Some(1));
        assert!(!recorded.takes(1, false) && recorded.takes(0, false));
        assert!(!recorded.takes(2, true), "not this one");
        assert!(recorded.takes(1, true) && !recorded.takes(0, true));
        assert_eq!(recorded.want_best([Some(1), Some(2), None]), None);
        assert_eq!(recorded.want_best([Some(1), None, None]), Some(0));
        assert!(recorded.takes(1, false), "should it come after all");
        assert!(recorded.takes(0, true) && !recorded.takes(1, true));
        assert_eq!(recorded.want_best([None; LAYERS_MAX]), None);
        assert_eq!((recorded.wanted(), recorded.showing()), (0, Some(0)));
        recorded.begin();
        assert!(!recorded.takes(0, false) && recorded.takes(2, true));
    }
}
