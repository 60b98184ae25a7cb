//! The line that Nagios and its kin want from a check: what is the matter, and figures behind a bar.
//! <https://nagios-plugins.org/doc/guidelines.html>

use std::fmt;

use super::text::visible_line;

/// How bad it is. The numbers are the exit statuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Below the thresholds.
    #[default]
    Ok = 0,
    /// At the first one.
    Warning = 1,
    /// At the second one.
    Critical = 2,
    /// Nothing could be found out.
    Unknown = 3,
}

impl Severity {
    /// That of a percentage, with those from which on it is bad. One that is no number is unknown.
    pub fn of(percent: f64, warning: Option<f64>, critical: Option<f64>) -> Self {
        let reached = |threshold: Option<f64>| threshold.is_some_and(|threshold| percent >= threshold);
        match () {
            () if percent.is_nan() => Severity::Unknown,
            () if reached(critical) => Severity::Critical,
            () if reached(warning) => Severity::Warning,
            () => Severity::Ok,
        }
    }

    /// Its word in the line.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Ok => "OK",
            Severity::Warning => "WARNING",
            Severity::Critical => "CRITICAL",
            Severity::Unknown => "UNKNOWN",
        }
    }
}

/// A percentage for graphs.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure<'a> {
    /// What it is of.
    pub label: &'a [u8],
    /// The percentage.
    pub percent: f64,
}

/// The whole line, without its newline: `POOLS WARNING - text | 'label'=81.2%;80;95;0;100`.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    /// What was checked, in capitals.
    pub service: &'static str,
    /// How bad the worst is.
    pub severity: Severity,
    /// What is the matter, in a few words.
    pub text: &'a [u8],
    /// The figures.
    pub figures: &'a [Figure<'a>],
    /// The percentage that is a warning.
    pub warning: Option<f64>,
    /// The one that is critical.
    pub critical: Option<f64>,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A bar would begin the figures.
        write!(f, "{} {} - {}", self.service, self.severity.name(), visible_line(self.text).replace('|', "\\x7c"))?;
        let threshold = |threshold: Option<f64>| threshold.map(|percent| percent.to_string()).unwrap_or_default();
        let (warning, critical) = (threshold(self.warning), threshold(self.critical));
        for (index, figure) in self.figures.iter().enumerate() {
            // A quote in a label is two of them; an equals sign may not be there at all.
            let label = visible_line(figure.label).replace('\'', "''").replace('=', "\\x3d").replace('|', "\\x7c");
            f.write_str(if index == 0 { " |" } else { "" })?;
            if figure.percent.is_finite() {
                write!(f, " '{label}'={:.1}%;{warning};{critical};0;100", figure.percent)?;
            } else {
                write!(f, " '{label}'=U;{warning};{critical};0;100")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_severity_text_and_figures() {
        let figures =
            [Figure { label: b"10.1.1.0/24", percent: 81.23 }, Figure { label: b"it's=a|b\n", percent: f64::NAN }];
        let line = Line {
            service: "POOLS",
            severity: Severity::of(81.23, Some(80.0), Some(95.5)),
            text: b"10.1.1.0/24 is at 81.2% | \x1b",
            figures: &figures,
            warning: Some(80.0),
            critical: Some(95.5),
        };
        assert_eq!(
            line.to_string(),
            r"POOLS WARNING - 10.1.1.0/24 is at 81.2% \x7c \x1b | '10.1.1.0/24'=81.2%;80;95.5;0;100 'it''s\x3da\x7cb\n'=U;80;95.5;0;100"
        );
        let line = Line { severity: Severity::Ok, text: b"fine", figures: &[], warning: None, critical: None, ..line };
        assert_eq!(line.to_string(), "POOLS OK - fine");
    }

    #[test]
    fn thresholds_are_reached_when_they_are_met() {
        for (percent, warning, critical, severity) in [
            (79.9, Some(80.0), Some(95.0), Severity::Ok),
            (80.0, Some(80.0), Some(95.0), Severity::Warning),
            (95.0, Some(80.0), Some(95.0), Severity::Critical),
            (95.0, None, Some(90.0), Severity::Critical),
            (100.0, None, None, Severity::Ok),
            (f64::NAN, None, None, Severity::Unknown),
        ] {
            assert_eq!(Severity::of(percent, warning, critical), severity, "{percent}");
        }
        assert!(Severity::Critical > Severity::Warning);
    }
}
