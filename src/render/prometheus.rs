//! Prometheus' text format, for the textfile collector of its node exporter.
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::io::{self, Write};

use super::text::visible_line;

/// A figure that goes up and down, for each of the things that it is measured of.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge<'a> {
    /// Its name: letters, digits and underscores, such as `dhcpd_pool_addresses`.
    pub name: &'static str,
    /// What it tells.
    pub help: &'a str,
    /// What has been measured.
    pub samples: Vec<Sample<'a>>,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'a> {
    /// Names and values that tell it from the others.
    pub labels: Vec<(&'static str, &'a [u8])>,
    /// The figure.
    pub value: f64,
}

/// Writes gauges, each with all of its samples in one block, as the format wants it.
pub fn write(out: &mut impl Write, gauges: &[Gauge<'_>]) -> io::Result<()> {
    let mut text = String::new();
    for gauge in gauges {
        let name = gauge.name;
        text.push_str(&format!("# HELP {name} {}\n# TYPE {name} gauge\n", escaped(gauge.help.as_bytes(), false)));
        for sample in &gauge.samples {
            text.push_str(name);
            for (index, (label, value)) in sample.labels.iter().enumerate() {
                text.push(if index == 0 { '{' } else { ',' });
                text.push_str(&format!("{label}=\"{}\"", escaped(value, true)));
            }
            if !sample.labels.is_empty() {
                text.push('}');
            }
            text.push_str(&format!(" {}\n", figure(sample.value)));
        }
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}

/// Text with what deceives made visible, and then backslashes, and quotes where they would end it,
/// escaped for the format.
fn escaped(bytes: &[u8], in_quotes: bool) -> String {
    let text = visible_line(bytes).replace('\\', "\\\\");
    if in_quotes { text.replace('"', "\\\"") } else { text }
}

fn figure(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{}", value as i64)
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauges_are_blocks_with_help_and_type() {
        let sample = |labels: Vec<(&'static str, &'static [u8])>, value| Sample { labels, value };
        let gauges = [
            Gauge {
                name: "dhcpd_pool_addresses",
                help: "Addresses of a pool\nby \\ state.",
                samples: vec![
                    sample(vec![("pool", b"10.1.1.0/24"), ("state", b"active")], 17.0),
                    sample(vec![("pool", b"\"a\\b\"\n\xff\x1b"), ("state", b"free")], 0.25),
                ],
            },
            Gauge {
                name: "dhcpd_up",
                help: "",
                samples: vec![sample(vec![], f64::NAN), sample(vec![], f64::INFINITY)],
            },
            Gauge { name: "dhcpd_none", help: "None.", samples: vec![] },
        ];
        let mut out = Vec::new();
        write(&mut out, &gauges).unwrap();
        let expected = r#"# HELP dhcpd_pool_addresses Addresses of a pool\\nby \\ state.
# TYPE dhcpd_pool_addresses gauge
dhcpd_pool_addresses{pool="10.1.1.0/24",state="active"} 17
dhcpd_pool_addresses{pool="\"a\\b\"\\n\\xff\\x1b",state="free"} 0.25
# HELP dhcpd_up 
# TYPE dhcpd_up gauge
dhcpd_up NaN
dhcpd_up +Inf
# HELP dhcpd_none None.
# TYPE dhcpd_none gauge
"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
