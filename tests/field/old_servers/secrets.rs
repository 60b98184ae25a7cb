//! What stands where a secret may stand is in no error, and in no JSON.

use super::Place;

/// What is written in the place of a secret.
const HUSH: &str = "aHVzaCBodXNoIGh1c2g";

/// Parts of dhcpd.conf with a mistake near a secret.
const CONFS: [&str; 22] = [
    "key k { algorithm hmac-md5; secret HUSH!!; }\n",
    "key k { algorithm hmac-md5; secret HUSH HUSH x; }\n",
    "key k { algorithm hmac-md5; secrte HUSH; }\n",
    "key k { algorithm HUSH; secret YWJj; }\n",
    "key k { algorithm short1; secret HUSH; }\n",
    "key k { HUSH; }\n",
    "key k HUSH;\n",
    "key k \"HUSH\";\n",
    "key k\n  HUSH;\n",
    "key HUSH\n",
    "omapi-key k HUSH;\n",
    "omapi-key k \"HUSH\";\n",
    "omapi-key k\n  HUSH;\n",
    "omapi-key # the key\n k HUSH;\n",
    "algorithm HUSH;\n",
    "algorithm HUSH\n",
    "secret HUSH;\n",
    "secret \"HUSH\n",
    "ldap-password HUSH;\n",
    "ldap-password \"HUSH\" x;\n",
    "ldap-password\n HUSH;\n",
    "subnet 10.1.0.0 netmask 255.255.0.0 { omapi-key k HUSH; }\n",
];

#[test]
fn mistakes_in_a_configuration_do_not_show_secrets() {
    let place = Place::new();
    let script = place.put("script", "new host\n");
    for text in CONFS {
        let conf = place.put("dhcpd.conf", text.replace("HUSH", HUSH));
        for words in [
            &["conf", "check", "--conf", &conf][..],
            &["conf", "show", "--conf", &conf],
            &["subnets", "--output", "json", "--conf", &conf],
            &["export", "--format", "json", "--conf", &conf],
            &["rehearse", "--conf", &conf, &script],
            &["rehearse", "--conf", &conf, "--output", "json", &script],
            &["host", "show", "a", "--conf", &conf, "--port", "1", "--output", "json"],
            &["host", "show", "a", "--conf", &conf, "--port", "1", "--verbose"],
            &["check", "--conf", &conf, "--port", "1"],
            &["host", "show", "a", "--key-file", &conf, "--port", "1"],
            &["profile", "import", &conf, "--name", "x"],
        ] {
            let said = place.run(words, "");
            assert!(!said.all().contains(HUSH), "{text}{words:?}: {}", said.all());
        }
        let said = place.run(&["conf", "check", "--conf", &conf], "");
        let is_sound = said.end == crate::support::run::End::Exit(0);
        assert!(is_sound || said.stderr.contains("dhcpd.conf:"), "the place is named: {text}: {}", said.all());
        assert!(!is_sound || text.starts_with("ldap-password"), "{text} is no mistake: {}", said.all());
    }
    // A mistake elsewhere is shown with its line, and the secret of that line is not.
    let text = format!("key k {{ algorithm hmac-md5; secret {HUSH}; }} subnett 10.1.0.0;\n");
    let conf = place.put("dhcpd.conf", text);
    place.run(&["conf", "check", "--conf", &conf], "").is(1, &["subnett", "secret ***", "^"]).lacks(&[HUSH]);
    // A password that is right is not shown either.
    place.put("dhcpd.leases", "");
    let sound = format!("ldap-password \"{HUSH}\";\nsubnet 10.1.0.0 netmask 255.255.0.0 {{ }}\n");
    let conf = place.put("dhcpd.conf", sound);
    for words in [
        &["conf", "show", "--conf", &conf][..],
        &["conf", "options", "10.1.0.5", "--output", "json", "--conf", &conf],
        &["conf", "options", "10.1.0.5", "--conf", &conf],
    ] {
        place.run(words, "").is(0, &["ldap-password", "[secret]"]).lacks(&[HUSH]);
    }
}

/// Lines of scripts with a mistake near a secret.
const LINES: [&str; 21] = [
    "key k HUSH!!",
    "key k HUSH HUSH!",
    "key k HUSH ; HUSH",
    "kye k HUSH",
    "KEY \"k\" \"HUSH",
    "key k.HUSH.",
    "omapi-key k HUSH",
    "omapi-key k HUSH;",
    "algorithm HUSH",
    "secret HUSH;",
    "ldap-password \"HUSH\";",
    "ldap-password HUSH",
    "key-algorithm hmac-md5 key k HUSH",
    "> key k HUSH!!",
    "{ algorithm hmac-md5; secret HUSH; };",
    "}; secret HUSH",
    "  { secret \"HUSH\"; }",
    "port HUSH",
    "new host HUSH",
    "HUSH",
    "\"HUSH\";",
];

#[test]
fn mistakes_in_a_script_do_not_show_secrets() {
    let place = Place::new();
    for line in LINES {
        let line = line.replace("HUSH", HUSH) + "\n";
        let script = place.put("script", &line);
        for words in
            [&["rehearse", &script][..], &["rehearse", "--output", "json", &script], &["-f", &script], &["-c", &line]]
        {
            let said = place.run(words, "");
            assert!(!said.all().contains(HUSH), "{line}{words:?}: {}", said.all());
            assert_ne!(said.end, crate::support::run::End::Exit(0), "{line}{words:?}: it is a mistake");
        }
    }
}
