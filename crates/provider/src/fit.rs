//! A request as its model can take it: what the facts say that it cannot is left out beforehand.

use std::sync::Arc;

use domain::{Media, ModelFacts, ModelRequest, Part, Speed};

use crate::dialect::media::{self, Kind};

/// Puts words in the place of what the model cannot read, and asks no model for a speed that it has not, nor
/// for a longer answer than it gives.
/// Of a model that nobody knows the vendor is the judge, apart from speed: that would be refused by most.
pub(crate) fn fit(request: &mut ModelRequest, facts: Option<ModelFacts>) {
    if !facts.is_some_and(|facts| facts.fast_mode) {
        request.speed = Speed::Standard;
    }
    let Some(facts) = facts else { return };
    if let (Some(asked), Some(longest)) = (request.max_output_tokens, facts.max_output) {
        request.max_output_tokens = Some(asked.min(longest));
    }
    for turn in &mut request.turns {
        for part in &mut turn.parts {
            if let Part::Media(media) = part
                && !reads(facts, media)
            {
                *part = Part::Text(Arc::from(media::unreadable(media)));
            }
        }
    }
}

/// Whether a model reads such a medium.
#[must_use]
pub fn reads(facts: ModelFacts, media: &Media) -> bool {
    match Kind::of(media) {
        Kind::Image => facts.reads_images,
        Kind::Pdf => facts.reads_pdf,
        Kind::Audio => facts.reads_audio,
        Kind::Video => facts.reads_video,
        // The dialect has words for what no model reads.
        Kind::Text | Kind::Other => true,
    }
}

#[cfg(test)]
mod tests {
    use domain::{MediaContent, Turn, TurnRole};

    use super::*;

    fn request() -> ModelRequest {
        let media = Media {
            media_type: "video/mp4".into(),
            filename: Some("trip.mp4".into()),
            file: None,
            content: MediaContent::Url("https://example.com/trip.mp4".into()),
        };
        let turn = Turn {
            role: TurnRole::User,
            parts: vec![Part::Media(Arc::new(media))],
        };
        ModelRequest {
            speed: Speed::Fast,
            ..ModelRequest::new("acme/model".parse().unwrap(), vec![turn])
        }
    }

    #[test]
    fn a_model_is_told_what_it_cannot_watch() {
        let mut request = request();
        fit(&mut request, Some(ModelFacts::default()));
        let told = "[The user attached a video, `trip.mp4` (video/mp4), which you cannot read.]";
        assert_eq!(request.turns[0].parts, [Part::Text(told.into())]);
        assert_eq!(request.speed, Speed::Standard);
    }

    #[test]
    fn a_model_that_can_gets_it_all() {
        let facts = ModelFacts {
            fast_mode: true,
            reads_video: true,
            ..ModelFacts::default()
        };
        let mut fitted = request();
        fit(&mut fitted, Some(facts));
        assert_eq!(fitted, request());
    }

    #[test]
    fn no_model_is_asked_for_a_longer_answer_than_it_gives() {
        let facts = |max_output| {
            Some(ModelFacts {
                max_output,
                ..ModelFacts::default()
            })
        };
        for (asked, facts, expected) in [
            (Some(9_000), facts(Some(4_096)), Some(4_096)),
            (Some(9_000), facts(None), Some(9_000)),
            (Some(9_000), None, Some(9_000)),
            (None, facts(Some(4_096)), None),
        ] {
            let mut request = request();
            request.max_output_tokens = asked;
            fit(&mut request, facts);
            assert_eq!(request.max_output_tokens, expected, "{facts:?}");
        }
    }

    #[test]
    fn of_an_unknown_model_the_vendor_is_the_judge() {
        let mut fitted = request();
        fit(&mut fitted, None);
        assert_eq!(fitted.turns, request().turns);
        assert_eq!(fitted.speed, Speed::Standard);
    }
}
