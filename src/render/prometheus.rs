//! Gauges in the text format that Prometheus' textfile collector reads.

use std::fmt::Write as _;

/// One figure of several things.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
    /// Labels with their values, and the figure.
    pub samples: Vec<(Vec<(&'static str, String)>, f64)>,
}

/// Gauges as text.
pub fn text(gauges: &[Gauge]) -> String {
    let mut text = String::new();
    for gauge in gauges {
        let _ = writeln!(text, "# HELP {} {}\n# TYPE {} gauge", gauge.name, gauge.help, gauge.name);
        for (labels, figure) in &gauge.samples {
            let labels: Vec<String> =
                labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(text, "{}{labels} {figure}", gauge.name);
        }
    }
    text
}

fn escaped(value: &str) -> String {
    let visible = super::text::visible(value.replace('\n', "\u{0}").as_bytes());
    visible.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        let gauges = [Gauge {
            name: "dhcpd_pool_used",
            help: "Addresses in use.",
            samples: vec![(vec![("network", "a \"b\" \\".to_owned())], 2.0), (vec![], 0.5)],
        }];
        assert_eq!(
            text(&gauges),
            "# HELP dhcpd_pool_used Addresses in use.\n# TYPE dhcpd_pool_used gauge\n\
             dhcpd_pool_used{network=\"a \\\"b\\\" \\\\\"} 2\ndhcpd_pool_used 0.5\n"
        );
    }
}
