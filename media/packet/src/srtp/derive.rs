//! Session keys from the master key by the AES-CM pseudo-random function (RFC 3711 §4.3), key derivation rate 0.

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};

use super::{MasterKey, Profile};
use crate::Error;

/// What a derived key is for (RFC 3711 §4.3.1 and §4.3.2).
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Label {
    RtpEncryption = 0,
    RtpAuthentication = 1,
    RtpSalt = 2,
    RtcpEncryption = 3,
    RtcpAuthentication = 4,
    RtcpSalt = 5,
}

/// Derives `LEN` bytes for one use.
pub(super) fn derive<const LEN: usize>(
    master: &MasterKey,
    label: Label,
) -> Result<[u8; LEN], Error> {
    let mut iv = [0; 16];
    for (to, from) in iv.iter_mut().zip(master.salt) {
        *to = from;
    }
    // The label stands above the 48 bits of the index, which is 0.
    iv[7] ^= label as u8;
    let mut output = [0; LEN];
    let wrong = Error::KeyLength {
        key: master.key().len(),
        salt: master.profile.salt_len(),
    };
    // RFC 7714 §11: the PRF has the cipher's key length.
    let cipher = match master.profile {
        Profile::Aes128Gcm | Profile::Aes128CmSha1Tag80 => &AES_128,
        Profile::Aes256Gcm => &AES_256,
    };
    let key = UnboundCipherKey::new(cipher, master.key()).map_err(|_unspecified| wrong)?;
    let key = EncryptingKey::ctr(key).map_err(|_unspecified| wrong)?;
    key.less_safe_encrypt(&mut output, EncryptionContext::Iv128((&iv).into()))
        .map_err(|_unspecified| wrong)?;
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::srtp::tests::hex;

    /// RFC 3711 appendix B.3.
    #[test]
    fn keys_are_those_of_rfc_3711_b3() {
        let key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt = hex("0EC675AD498AFEEBB6960B3AABE6");
        let master = MasterKey::new(Profile::Aes128CmSha1Tag80, &key, &salt).unwrap();
        let encryption: [u8; 16] = derive(&master, Label::RtpEncryption).unwrap();
        assert_eq!(encryption.to_vec(), hex("C61E7A93744F39EE10734AFE3FF7A087"));
        let salt: [u8; 14] = derive(&master, Label::RtpSalt).unwrap();
        assert_eq!(salt.to_vec(), hex("30CBBC08863D8C85D49DB34A9AE1"));
        let authentication: [u8; 94] = derive(&master, Label::RtpAuthentication).unwrap();
        assert_eq!(
            authentication.to_vec(),
            hex(
                "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCE\
                 E049646C43D9327AD175578EF72270986371C10C9A369AC2F94A8C5FBCDDDC25\
                 6D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2"
            )
        );
    }

    /// RFC 6188 §7.4: the PRF with a key of 256 bits.
    #[test]
    fn keys_of_256_bits_are_those_of_rfc_6188() {
        let key = hex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6");
        let master = MasterKey {
            profile: Profile::Aes256Gcm,
            key: key.try_into().unwrap(),
            salt: hex("3b04803de51ee7c96423ab5b78d2").try_into().unwrap(),
        };
        let encryption: [u8; 32] = derive(&master, Label::RtpEncryption).unwrap();
        assert_eq!(
            encryption.to_vec(),
            hex("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4")
        );
        let salt: [u8; 14] = derive(&master, Label::RtpSalt).unwrap();
        assert_eq!(salt.to_vec(), hex("fa31791685ca444a9e07c6c64e93"));
    }
}
