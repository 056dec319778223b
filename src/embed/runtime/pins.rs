//! The wheels that Concord downloads, one for each platform, with their checksums.

/// The pinned version of ONNX Runtime.
pub const VERSION: &str = "1.31.1";

/// One wheel of the PyPI package `onnxruntime`.
pub(super) struct Pin {
    pub(super) version: &'static str,
    /// Argument for `pip download --platform`.
    pub(super) platform: &'static str,
    /// Size of the wheel, for the progress bar.
    pub(super) wheel_bytes: u64,
    pub(super) wheel_sha256: &'static str,
    /// Path of the library inside the wheel.
    pub(super) library: &'static str,
    pub(super) library_bytes: u64,
    pub(super) library_sha256: &'static str,
}

/// The pin for the platform of this build; `None` if the package has no wheel for it.
pub(super) fn here() -> Option<&'static Pin> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some(&LINUX_X86_64),
        ("linux", "aarch64") => Some(&LINUX_AARCH64),
        ("macos", "aarch64") => Some(&MACOS_AARCH64),
        ("macos", "x86_64") => Some(&MACOS_X86_64),
        ("windows", "x86_64") => Some(&WINDOWS_X86_64),
        ("windows", "aarch64") => Some(&WINDOWS_AARCH64),
        _ => None,
    }
}

static LINUX_X86_64: Pin = Pin {
    version: VERSION,
    platform: "manylinux_2_28_x86_64",
    wheel_bytes: 23_753_652,
    wheel_sha256: "5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f",
    library: "onnxruntime/capi/libonnxruntime.so.1.31.1",
    library_bytes: 29_352_200,
    library_sha256: "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3",
};

static LINUX_AARCH64: Pin = Pin {
    version: VERSION,
    platform: "manylinux_2_28_aarch64",
    wheel_bytes: 21_413_526,
    wheel_sha256: "da05378364c44d4407e463982d2bf8d5e4cfea873283757e48beeb41df97b7f3",
    library: "onnxruntime/capi/libonnxruntime.so.1.31.1",
    library_bytes: 25_265_040,
    library_sha256: "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467",
};

static MACOS_AARCH64: Pin = Pin {
    version: VERSION,
    platform: "macosx_14_0_arm64",
    wheel_bytes: 20_871_676,
    wheel_sha256: "60b6b69bfe580eab576cacc5d132a0e9cf2a37fcfd18d46dd191042b1d1ed0d7",
    library: "onnxruntime/capi/libonnxruntime.1.31.1.dylib",
    library_bytes: 33_037_336,
    library_sha256: "f8b06155feece624e55e49124340eea279da812529ae6fbc46a9f2be9c9cad2e",
};

/// The last version that has a wheel for Intel Macs.
static MACOS_X86_64: Pin = Pin {
    version: "1.23.2",
    platform: "macosx_13_0_x86_64",
    wheel_bytes: 19_153_857,
    wheel_sha256: "87d8b6eaf0fbeb6835a60a4265fde7a3b60157cf1b2764773ac47237b4d48612",
    library: "onnxruntime/capi/libonnxruntime.1.23.2.dylib",
    library_bytes: 30_819_512,
    library_sha256: "8330f6d9d53f81d564c88de6520113b25db9537872e70a0fb7942fea202f08b1",
};

static WINDOWS_X86_64: Pin = Pin {
    version: VERSION,
    platform: "win_amd64",
    wheel_bytes: 14_885_761,
    wheel_sha256: "c3d91b5de31e2fc82d71bd65b2b22bddee8b49057a3a36338e9a868e0ea90c05",
    library: "onnxruntime/capi/onnxruntime.dll",
    library_bytes: 19_288_888,
    library_sha256: "8482d2ee174e28504f99730fb01d6861575870283de4ed3a897ad39170d9a9b9",
};

static WINDOWS_AARCH64: Pin = Pin {
    version: VERSION,
    platform: "win_arm64",
    wheel_bytes: 14_735_267,
    wheel_sha256: "93800007a7023b3ab26ad72e6463d0d57d84ead49a2f6341954d91438e046bc0",
    library: "onnxruntime/capi/onnxruntime.dll",
    library_bytes: 19_171_640,
    library_sha256: "f4f7729bf4aa0c78b6ab5253747f3593bb9a28b4c4275a0a9f59f04ea580d61f",
};
