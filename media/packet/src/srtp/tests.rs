//! Vectors of the RFCs, then behaviour through the public interface.

use proptest::prelude::*;

use super::*;

pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

/// RFC 7714 §16 and §17: "Quid pro quo" as salt.
fn rfc_7714_keys() -> cipher::StreamKeys {
    let salt = hex("51756964 2070726f 2071756f").try_into().unwrap();
    cipher::StreamKeys::gcm(&hex("00010203 04050607 08090a0b 0c0d0e0f"), salt).unwrap()
}

#[test]
fn a_packet_seals_and_opens_as_in_rfc_7714_16_1() {
    let plain = hex(
        "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976
         69736120 696e2070 61727465 73207472 6573",
    );
    let sealed = hex(
        "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
         0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce",
    );
    let keys = rfc_7714_keys();
    let ssrc = Ssrc(0x5501_a0b2);
    let mut packet = plain.clone();
    packet.extend_from_slice(&[0; 16]);
    keys.seal(ssrc, 0xf17b, 12, &mut packet).unwrap();
    assert_eq!(packet, sealed);

    let mut from_shared = plain[..12].to_vec();
    from_shared.resize(sealed.len(), 0);
    keys.seal_from(ssrc, 0xf17b, &plain[12..], 12, &mut from_shared)
        .unwrap();
    assert_eq!(from_shared, sealed);

    let len = keys.open(ssrc, 0xf17b, 12, &mut packet).unwrap();
    assert_eq!(packet[..len], plain);
}

#[test]
fn a_report_seals_and_opens_as_in_rfc_7714_17_1() {
    let plain = hex(
        "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
         deadbeef deadbeef deadbeef deadbeef deadbeef",
    );
    let sealed = hex(
        "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d
         c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872
         45d9eade 800005d4",
    );
    let keys = rfc_7714_keys();
    let ssrc = Ssrc(0x4d61_7273);
    let mut packet = plain.clone();
    packet.extend_from_slice(&[0; 20]);
    keys.seal_rtcp(ssrc, 0x5d4, &mut packet).unwrap();
    assert_eq!(packet, sealed);
    assert_eq!(keys.rtcp_index(&packet), Ok((true, 0x5d4)));
    let len = keys.open_rtcp(ssrc, true, 0x5d4, &mut packet).unwrap();
    assert_eq!(packet[..len], plain);
}

/// RFC 3711 appendix B.2: the keystream of AES-CM, here sealing zeros.
#[test]
fn the_keystream_is_that_of_rfc_3711_b2() {
    let key = hex("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap();
    let salt = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD").try_into().unwrap();
    let keys = cipher::StreamKeys::counter_mode(&key, salt, &[0; 20]).unwrap();
    let mut packet = [0; 12 + 48 + 10];
    keys.seal(Ssrc(0), 0, 12, &mut packet).unwrap();
    assert_eq!(
        packet[12..60].to_vec(),
        hex(
            "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB
             41E95B3BB0A2E8DD477901E4FCA894C0"
        )
    );
}

fn pair(profile: Profile) -> (Sealer, Opener) {
    let salt = [9; 14];
    let master = MasterKey::new(
        profile,
        &[7; 32][..profile.key_len()],
        &salt[..profile.salt_len()],
    )
    .unwrap();
    (Sealer::new(&master).unwrap(), Opener::new(&master).unwrap())
}

fn rtp(ssrc: u32, sequence: u16) -> ([u8; 64], usize) {
    let mut buffer = [0x55; 64];
    let header = rtp::Header {
        sequence,
        ssrc: Ssrc(ssrc),
        payload_type: 96,
        ..rtp::Header::default()
    };
    header.write(&mut buffer).unwrap();
    (buffer, 40)
}

fn sealed(sealer: &mut Sealer, ssrc: u32, sequence: u16) -> Vec<u8> {
    let (mut buffer, len) = rtp(ssrc, sequence);
    let len = sealer.seal_rtp(&mut buffer, len).unwrap();
    buffer[..len].to_vec()
}

const PROFILES: [Profile; 3] = [
    Profile::Aes128Gcm,
    Profile::Aes256Gcm,
    Profile::Aes128CmSha1Tag80,
];

#[test]
fn packets_open_as_sealed_over_two_rollovers() {
    for profile in PROFILES {
        let (mut sealer, mut opener) = pair(profile);
        let mut sequence = 65_000u16;
        let mut last = 0;
        for _ in 0..400 {
            sequence = sequence.wrapping_add(400);
            let mut packet = sealed(&mut sealer, 5, sequence);
            let opened = opener.open_rtp(&mut packet).unwrap();
            assert_eq!(packet[..opened.len], rtp(5, sequence).0[..40]);
            last = opened.index;
        }
        assert_eq!(last, 65_000 + 400 * 400);
    }
}

#[test]
fn a_packet_is_taken_once_and_a_changed_one_never() {
    for profile in PROFILES {
        let (mut sealer, mut opener) = pair(profile);
        let packet = sealed(&mut sealer, 5, 10);
        for at in 0..packet.len() {
            let mut changed = packet.clone();
            changed[at] ^= 1;
            assert!(opener.open_rtp(&mut changed).is_err(), "byte {at}");
        }
        assert!(opener.open_rtp(&mut packet.clone()).is_ok());
        assert_eq!(
            opener.open_rtp(&mut packet.clone()),
            Err(Error::Replay { index: 10 })
        );
    }
}

#[test]
fn forged_packets_move_no_state() {
    let (mut sealer, mut opener) = pair(Profile::Aes128Gcm);
    let mut first = sealed(&mut sealer, 5, 10);
    opener.open_rtp(&mut first).unwrap();
    for source in 0..1000 {
        let (mut forged, len) = rtp(source, 60_000);
        assert_eq!(
            opener.open_rtp(&mut forged[..len]),
            Err(Error::Authentication)
        );
    }
    let mut next = sealed(&mut sealer, 5, 11);
    assert_eq!(opener.open_rtp(&mut next).unwrap().index, 11);
}

#[test]
fn no_index_is_sealed_twice() {
    for profile in PROFILES {
        let (mut sealer, _) = pair(profile);
        sealed(&mut sealer, 5, 10);
        sealed(&mut sealer, 5, 12);
        let (mut buffer, len) = rtp(5, 10);
        assert_eq!(
            sealer.seal_rtp(&mut buffer, len),
            Err(Error::IndexReused { index: 10 })
        );
        let header = rtp(5, 12).0;
        buffer[..12].copy_from_slice(&header[..12]);
        let again = sealer.seal_rtp_from(&[1], &mut buffer, 12);
        assert_eq!(again, Err(Error::IndexReused { index: 12 }));
        sealed(&mut sealer, 5, 11);
    }
}

#[test]
fn sources_are_bounded() {
    let (mut sealer, mut opener) = pair(Profile::Aes128Gcm);
    for ssrc in 0..SOURCES_MAX {
        let mut packet = sealed(&mut sealer, u32::try_from(ssrc).unwrap(), 1);
        opener.open_rtp(&mut packet).unwrap();
    }
    let (mut buffer, len) = rtp(99, 1);
    let expected = Error::TooManySources {
        ssrc: Ssrc(99),
        max: SOURCES_MAX,
    };
    assert_eq!(sealer.seal_rtp(&mut buffer, len), Err(expected));
    assert_eq!(opener.open_rtp(&mut buffer), Err(expected));
}

const REPORT: [u8; 28] = [
    0x80, 200, 0, 6, 0, 0, 0, 5, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5,
];

#[test]
fn reports_open_once_and_changed_never() {
    for profile in PROFILES {
        let (mut sealer, mut opener) = pair(profile);
        for _ in 0..3 {
            let mut buffer = [0; 64];
            buffer[..28].copy_from_slice(&REPORT);
            let len = sealer.seal_rtcp(&mut buffer, 28).unwrap();
            for at in 0..len {
                let mut changed = buffer;
                changed[at] ^= 1;
                assert!(opener.open_rtcp(&mut changed[..len]).is_err(), "byte {at}");
            }
            let mut copy = buffer;
            assert_eq!(opener.open_rtcp(&mut buffer[..len]), Ok(28));
            assert_eq!(buffer[..28], REPORT);
            assert!(matches!(
                opener.open_rtcp(&mut copy[..len]),
                Err(Error::Replay { .. })
            ));
        }
    }
}

#[test]
fn what_dtls_exports_is_split_into_both_directions() {
    for profile in PROFILES {
        let material: Vec<u8> = (0..88).collect();
        let (client, server) =
            MasterKey::split(profile, &material[..profile.keying_material_len()]).unwrap();
        let (key_len, salt_len) = (profile.key_len(), profile.salt_len());
        assert_eq!(client.key()[..], material[..key_len]);
        assert_eq!(server.key()[..], material[key_len..2 * key_len]);
        assert_eq!(
            client.salt[..salt_len],
            material[2 * key_len..2 * key_len + salt_len]
        );
        assert_eq!(
            server.salt[..salt_len],
            material[2 * key_len + salt_len..2 * (key_len + salt_len)]
        );
        assert!(MasterKey::split(profile, &material[..40]).is_err());
    }
}

proptest! {
    #[test]
    fn random_bytes_never_open_and_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        for profile in PROFILES {
            let (_, mut opener) = pair(profile);
            prop_assert!(opener.open_rtp(&mut bytes).is_err());
            prop_assert!(opener.open_rtcp(&mut bytes).is_err());
        }
    }
}
