//! Maps of subnets, in the terminal and as pictures.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use omsh::render::grid::grid;
use omsh::render::svg::svg;
use omsh::render::{Look, Map, MapCell};
use unicode_width::UnicodeWidthStr;

/// A /24 with a bit of everything, from a fixed sequence.
fn subnet() -> Map<'static> {
    map("10.1.1.0/24 (office)", 256, 32, 1, |number| IpAddr::V4(Ipv4Addr::from(0x0a01_0100 + number)))
}

fn map(title: &'static str, cells: u32, per_row: usize, block: u128, address: impl Fn(u32) -> IpAddr) -> Map<'static> {
    let mut counts: Vec<(&'static str, u128)> = Vec::new();
    let cells: Vec<MapCell<'static>> = (0..cells)
        .map(|number| {
            let state = match (number % 256, number.wrapping_mul(2_654_435_761) >> 28) {
                (0..10 | 250..=255, _) => "outside",
                (10..20, _) => "reserved",
                (200..250, _) => "backup",
                (_, 0..6) => "active",
                (_, 6) => "expiring",
                (_, 7) => "abandoned",
                (_, 8) => "expired",
                (_, 9) => "released",
                _ => "free",
            };
            match counts.iter_mut().find(|(name, _)| *name == state) {
                Some((_, count)) => *count += block,
                None => counts.push((state, block)),
            }
            let holder = if state == "active" { format!("laptop-{number}").into_bytes() } else { Vec::new() };
            MapCell { address: address(number), state, holder: Cow::Owned(holder) }
        })
        .collect();
    Map { title: title.into(), cells, per_row, addresses_per_cell: block, counts }
}

/// A /64 in 1,024 blocks.
fn blocks() -> Map<'static> {
    let first = u128::from(Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0));
    map("2001:db8:1::/64", 1024, 64, 1 << 54, |number| IpAddr::V6(Ipv6Addr::from(first + (u128::from(number) << 54))))
}

/// The beginning of a subnet.
fn few() -> Map<'static> {
    map("10.1.1.0/24", 28, 16, 1, |number| IpAddr::V4(Ipv4Addr::from(0x0a01_0100 + number)))
}

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn fitted(width: Option<usize>) -> Look {
    Look { width, utf8: true, ..Look::default() }
}

#[test]
fn a_grid_has_as_many_cells_in_a_row_as_asked_for_where_there_is_room() {
    let expected = lines(&[
        "10.1.1.0/24 (office)",
        "           +0       +8       +16      +24",
        "10.1.1.0   ········ ··RRRRRR RRRRA.rA .xA.A.oA",
        "10.1.1.32  .eA.A.xA .A.rA.eA .A.oA.A. rA.xA.A.",
        "10.1.1.64  oA.eA.A. xA.A.rA. xA.A.oA. eArA.xA.",
        "10.1.1.96  A.rA.eA. A.oA.A.r A.xA.A.o A.eA.A.x",
        "10.1.1.128 A.A.rA.e A.A.oA.e .rA.xA.A .oA.eA.A",
        "10.1.1.160 .oA.A.rA .xA.A.oA .eA.A.xA .A.rA.eA",
        "10.1.1.192 .A.oA.A. bbbbbbbb bbbbbbbb bbbbbbbb",
        "10.1.1.224 bbbbbbbb bbbbbbbb bbbbbbbb bb······",
        "",
        "A active        68   e expiring      11   R reserved      10",
        "x abandoned     11   b backup        50   o expired       11",
        "r released      11   . free          68   · outside pools 16",
    ]);
    for width in [None, Some(120), Some(80)] {
        assert_eq!(grid(&subnet(), &fitted(width)), expected, "{width:?}");
    }
}

#[test]
fn a_grid_of_40_columns_has_shorter_rows() {
    let expected = lines(&[
        "10.1.1.0/24 (office)",
        "           +0       +8",
        "10.1.1.0   ········ ··RRRRRR",
        "10.1.1.16  RRRRA.rA .xA.A.oA",
        "10.1.1.32  .eA.A.xA .A.rA.eA",
        "10.1.1.48  .A.oA.A. rA.xA.A.",
        "10.1.1.64  oA.eA.A. xA.A.rA.",
        "10.1.1.80  xA.A.oA. eArA.xA.",
        "10.1.1.96  A.rA.eA. A.oA.A.r",
        "10.1.1.112 A.xA.A.o A.eA.A.x",
        "10.1.1.128 A.A.rA.e A.A.oA.e",
        "10.1.1.144 .rA.xA.A .oA.eA.A",
        "10.1.1.160 .oA.A.rA .xA.A.oA",
        "10.1.1.176 .eA.A.xA .A.rA.eA",
        "10.1.1.192 .A.oA.A. bbbbbbbb",
        "10.1.1.208 bbbbbbbb bbbbbbbb",
        "10.1.1.224 bbbbbbbb bbbbbbbb",
        "10.1.1.240 bbbbbbbb bb······",
        "",
        "A active        68   e expiring      11",
        "R reserved      10   x abandoned     11",
        "b backup        50   o expired       11",
        "r released      11   . free          68",
        "· outside pools 16",
    ]);
    assert_eq!(grid(&subnet(), &fitted(Some(40))), expected);
}

#[test]
fn a_grid_of_blocks_says_what_a_cell_stands_for() {
    let expected = lines(&[
        "2001:db8:1::/64",
        "                    +0       +8",
        "2001:db8:1::        ········ ··RRRRRR",
        "2001:db8:1:0:400::  RRRRA.rA .xA.A.oA",
        "2001:db8:1:0:800::  .eA.A.xA .A.rA.eA",
        "2001:db8:1:0:c00::  .A.oA.A. rA.xA.A.",
        "2001:db8:1:0:1000:: oA.eA.A. xA.A.rA.",
        "2001:db8:1:0:1400:: xA.A.oA. eArA.xA.",
        "2001:db8:1:0:1800:: A.rA.eA. A.oA.A.r",
        "2001:db8:1:0:1c00:: A.xA.A.o A.eA.A.x",
        "2001:db8:1:0:2000:: A.A.rA.e A.A.oA.e",
        "2001:db8:1:0:2400:: .rA.xA.A .oA.eA.A",
        "2001:db8:1:0:2800:: .oA.A.rA .xA.A.oA",
        "2001:db8:1:0:2c00:: .eA.A.xA .A.rA.eA",
        "2001:db8:1:0:3000:: .A.oA.A. bbbbbbbb",
        "2001:db8:1:0:3400:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:3800:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:3c00:: bbbbbbbb bb······",
        "2001:db8:1:0:4000:: ········ ··RRRRRR",
        "2001:db8:1:0:4400:: RRRRrA.e A.A.oA.e",
        "2001:db8:1:0:4800:: .rA.xA.A .oA.eA.A",
        "2001:db8:1:0:4c00:: .oA.A.rA .xA.A.oA",
        "2001:db8:1:0:5000:: .eArA.xA .A.rA.eA",
        "2001:db8:1:0:5400:: .A.oA.A. rA.xA.A.",
        "2001:db8:1:0:5800:: oA.eA.A. xA.A.rA.",
        "2001:db8:1:0:5c00:: eA.A.oA. e.rA.xA.",
        "2001:db8:1:0:6000:: A.oA.eA. A.oA.A.r",
        "2001:db8:1:0:6400:: A.xA.A.o A.eA.A.x",
        "2001:db8:1:0:6800:: A.A.rA.e A.A.oA.A",
        "2001:db8:1:0:6c00:: .rA.xA.A .oA.eA.A",
        "2001:db8:1:0:7000:: .xA.A.rA bbbbbbbb",
        "2001:db8:1:0:7400:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:7800:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:7c00:: bbbbbbbb bb······",
        "2001:db8:1:0:8000:: ········ ··RRRRRR",
        "2001:db8:1:0:8400:: RRRR.eA. A.oA.A.r",
        "2001:db8:1:0:8800:: A.xA.A.o A.eA.A.x",
        "2001:db8:1:0:8c00:: A.A.rA.e A.A.oA.A",
        "2001:db8:1:0:9000:: .rA.xA.A .oA.eA.A",
        "2001:db8:1:0:9400:: .xA.A.rA .xA.A.oA",
        "2001:db8:1:0:9800:: .eArA.xA .A.rA.eA",
        "2001:db8:1:0:9c00:: .A.oA.A. rA.xA.A.",
        "2001:db8:1:0:a000:: oA.eA.A. xA.A.rA.",
        "2001:db8:1:0:a400:: eA.A.oA. A.rA.xA.",
        "2001:db8:1:0:a800:: A.oA.eA. A.xA.A.r",
        "2001:db8:1:0:ac00:: A.xA.A.o A.eArA.x",
        "2001:db8:1:0:b000:: A.A.rA.e bbbbbbbb",
        "2001:db8:1:0:b400:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:b800:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:bc00:: bbbbbbbb bb······",
        "2001:db8:1:0:c000:: ········ ··RRRRRR",
        "2001:db8:1:0:c400:: RRRRA.A. xA.A.rA.",
        "2001:db8:1:0:c800:: eA.A.oA. A.rA.xA.",
        "2001:db8:1:0:cc00:: A.oA.eA. A.xA.A.r",
        "2001:db8:1:0:d000:: A.xA.A.o A.eArA.x",
        "2001:db8:1:0:d400:: A.A.rA.e A.A.oA.A",
        "2001:db8:1:0:d800:: .rA.xA.A .oA.eA.A",
        "2001:db8:1:0:dc00:: .xA.A.rA .eA.A.oA",
        "2001:db8:1:0:e000:: .e.rA.xA .A.oA.eA",
        "2001:db8:1:0:e400:: .A.oA.A. rA.xA.A.",
        "2001:db8:1:0:e800:: oA.eA.A. xA.A.rA.",
        "2001:db8:1:0:ec00:: eA.A.oA. A.rA.xA.",
        "2001:db8:1:0:f000:: A.oA.eA. bbbbbbbb",
        "2001:db8:1:0:f400:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:f800:: bbbbbbbb bbbbbbbb",
        "2001:db8:1:0:fc00:: bbbbbbbb bb······",
        "",
        "A active        4 881 901 996 069 617 664",
        "e expiring        810 647 932 926 689 280",
        "R reserved        720 575 940 379 279 360",
        "x abandoned       792 633 534 417 207 296",
        "b backup        3 602 879 701 896 396 800",
        "o expired         792 633 534 417 207 296",
        "r released        828 662 331 436 171 264",
        ". free          4 863 887 597 560 135 680",
        "· outside pools 1 152 921 504 606 846 976",
        "a cell is 2^54 addresses, and shows the",
        "most notable of them",
    ]);
    assert_eq!(grid(&blocks(), &fitted(Some(40))), expected);
}

#[test]
fn a_grid_in_ascii_and_one_in_colour() {
    let expected = lines(&[
        "10.1.1.0/24",
        "          +0       +8",
        "10.1.1.0             RRRRRR",
        "10.1.1.16 RRRRA.rA .xA.",
        "",
        "A active         3   R reserved      10   x abandoned      1",
        "r released       1   . free           3     outside pools 10",
    ]);
    assert_eq!(grid(&few(), &Look::default()), expected);
    let expected = lines(&[
        "\x1b[1m10.1.1.0/24\x1b[0m",
        "\x1b[2m          +0       +8\x1b[0m",
        "10.1.1.0  \x1b[2m········ ··\x1b[0m\x1b[36mRRRRRR\x1b[0m",
        "10.1.1.16 \x1b[36mRRRR\x1b[0m\x1b[32mA\x1b[0m.\x1b[35mr\x1b[0m\x1b[32mA \x1b[0m.\x1b[31mx\x1b[0m\x1b[32mA\x1b[0m.",
        "",
        "\x1b[32mA\x1b[0m active         3   \x1b[36mR\x1b[0m reserved      10   \x1b[31mx\x1b[0m abandoned      1",
        "\x1b[35mr\x1b[0m released       1   . free           3   \x1b[2m·\x1b[0m outside pools 10",
    ]);
    assert_eq!(grid(&few(), &Look { color: true, ..fitted(None) }), expected);
}

#[test]
fn no_line_of_a_grid_is_wider_than_the_terminal() {
    for width in [1, 10, 20, 40, 41, 60, 80, 120] {
        for map in [subnet(), blocks(), few(), Map::default()] {
            let shown = grid(&map, &fitted(Some(width)));
            // A row of eight cells with the end of its address, or one entry of the legend, is the least there is.
            let least = width.max(42);
            assert!(shown.lines().all(|line| line.width() <= least), "{width}: {shown}");
        }
    }
}

#[test]
fn a_picture_has_titles_cells_and_a_legend() {
    let expected = include_str!("pictures/few.svg");
    let picture = svg(&few());
    assert_eq!(picture, expected, "if the new one is better, put it in tests/pictures/few.svg:\n{picture}");
}

#[test]
fn names_in_a_picture_stay_text() {
    let holder = b"</title><script>alert('1')</script>&\"\x1b\xff\xe2\x80\xae".to_vec();
    let mut map = few();
    map.title = "a <b> & \u{202e} \u{0}".into();
    map.cells[1].holder = holder.into();
    let picture = svg(&map);
    assert!(!picture.contains("<script"), "{picture}");
    assert!(
        picture
            .contains("&lt;/title&gt;&lt;script&gt;alert(&apos;1&apos;)&lt;/script&gt;&amp;&quot;\\x1b\\xff\\u{202e}")
    );
    assert!(picture.contains("<title id=\"title\">a &lt;b&gt; &amp; \\u{202e} \\x00</title>"));
    assert!(picture.chars().all(|character| character == '\n' || !character.is_control()));
    let mut open = Vec::new();
    for tag in picture.split('<').skip(1).map(|rest| rest.split_once('>').expect("a tag ends").0) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{picture}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn nothing_at_all_is_a_map_as_well() {
    assert_eq!(grid(&Map::default(), &Look::default()), "\n\n");
    assert!(svg(&Map::default()).ends_with("</svg>\n"));
}
