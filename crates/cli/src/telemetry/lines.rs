//! How an event of the log is written: a line of text, or a JSON object a line, each with its stable name.
//!
//! ```text
//!   2026-11-22T18:32:38Z  INFO mailbox.recovered: took up what was cut off folder=post/INBOX messages=3
//!   {"timestamp":…,"level":"INFO","name":"mailbox.recovered","message":…,"folder":…,"messages":3,"target":…,"spans":[…]}
//! ```

use std::fmt;

use serde_json::{Map, Value};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

/// For people.
pub(super) struct Text;

/// For programs; the keys are promises (handbook, Betrieb).
pub(super) struct Json;

impl<S, N> FormatEvent<S, N> for Text
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut to: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        SystemTime.format_time(&mut to)?;
        write!(to, " {:>5} ", event.metadata().level())?;
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            to.write_str(span.name())?;
            let extensions = span.extensions();
            if let Some(fields) = extensions.get::<FormattedFields<N>>().filter(|fields| !fields.is_empty()) {
                write!(to, "{{{fields}}}")?;
            }
            to.write_str(": ")?;
        }
        write!(to, "{}: ", name(event.metadata()))?;
        context.field_format().format_fields(to.by_ref(), event)?;
        writeln!(to)
    }
}

impl<S> FormatEvent<S, JsonFields> for Json
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut to: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let mut fields = String::new();
        context.field_format().format_fields(Writer::new(&mut fields), event)?;
        let mut line = object(&fields);
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        line.insert("timestamp".to_owned(), time.into());
        line.insert("level".to_owned(), metadata.level().as_str().into());
        line.insert("name".to_owned(), name(metadata).into());
        line.insert("target".to_owned(), metadata.target().into());
        let scope = context.event_scope().into_iter().flat_map(Scope::from_root);
        let spans: Vec<Value> = scope
            .map(|span| {
                let extensions = span.extensions();
                let fields = extensions.get::<FormattedFields<JsonFields>>();
                let mut fields = object(fields.map_or("", |fields| fields.as_str()));
                fields.insert("name".to_owned(), span.name().into());
                Value::Object(fields)
            })
            .collect();
        if let Some(innermost) = spans.last() {
            line.insert("span".to_owned(), innermost.clone());
            line.insert("spans".to_owned(), spans.into());
        }
        writeln!(to, "{}", Value::Object(line))
    }
}

/// What it is called; where it has no name of its own, the module that says it.
fn name(metadata: &Metadata<'static>) -> &'static str {
    // tracing names the nameless by file and line.
    if metadata.name().starts_with("event ") { metadata.target() } else { metadata.name() }
}

fn object(json: &str) -> Map<String, Value> {
    match serde_json::from_str(json) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex, PoisonError};

    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::{Layer, Registry};

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written<L: Layer<Registry> + Send + Sync>(layer: impl FnOnce(Paper) -> L) -> String {
        let paper = Paper::default();
        let subscriber = Registry::default().with(layer(paper.clone()));
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::info_span!("mailbox.attend", folder = "post/INBOX").entered();
            tracing::warn!(name: "mailbox.down", error = "it said \"no\"", again_in_seconds = 5, "gone");
            tracing::info!("without a name");
        });
        let bytes = paper.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_of_text_begins_with_its_name() {
        let text = written(|paper| {
            let to = move || paper.clone();
            tracing_subscriber::fmt::layer().with_writer(to).with_ansi(false).event_format(Text)
        });
        let lines: Vec<&str> = text.lines().collect();
        let [named, nameless] = lines[..] else { panic!("{text}") };
        assert!(
            named.ends_with(
                r#"Z  WARN mailbox.attend{folder="post/INBOX"}: mailbox.down: gone error="it said \"no\"" again_in_seconds=5"#
            ),
            "{named}"
        );
        assert!(nameless.ends_with("langhals::telemetry::lines::tests: without a name"), "{nameless}");
    }

    #[test]
    fn a_line_of_json_has_its_name_its_fields_and_its_spans() {
        let text = written(|paper| {
            let to = move || paper.clone();
            let layer = tracing_subscriber::fmt::layer().with_writer(to).fmt_fields(JsonFields::new());
            layer.event_format(Json)
        });
        let named: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(named["name"], "mailbox.down");
        assert_eq!(named["level"], "WARN");
        assert_eq!(named["message"], "gone");
        assert_eq!(named["error"], "it said \"no\"");
        assert_eq!(named["again_in_seconds"], 5);
        assert_eq!(named["span"]["folder"], "post/INBOX");
        assert_eq!(named["spans"][0]["name"], "mailbox.attend");
        assert!(named["timestamp"].as_str().unwrap().ends_with('Z'));
        let nameless: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        assert_eq!(nameless["name"], nameless["target"]);
    }
}
