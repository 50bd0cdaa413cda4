/**
 * The licences that packages of images commonly have, by their ids in the SPDX License List. An id that is missing here is no
 * error: the licence is then given by the name that the package states. A test holds the list against the official one.
 */
export const licenseIds: readonly string[] = Object.freeze(
  `0BSD AAL AFL-1.1 AFL-1.2 AFL-2.0 AFL-2.1 AFL-3.0 AGPL-1.0-only AGPL-1.0-or-later AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later
  Afmparse AML-glslang ANTLR-PD APAFML Apache-1.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-1.0-cl8 Artistic-1.0-Perl
  Artistic-2.0 Bitstream-Vera BlueOak-1.0.0 Boehm-GC BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent BSD-2-Clause-Views
  BSD-3-Clause BSD-3-Clause-Attribution BSD-3-Clause-Clear BSD-3-Clause-LBNL BSD-3-Clause-Modification
  BSD-3-Clause-No-Nuclear-License BSD-3-Clause-Open-MPI BSD-4-Clause BSD-4-Clause-Shortened BSD-4-Clause-UC BSD-4.3TAHOE
  BSD-Protection BSD-Source-Code BSL-1.0 bzip2-1.0.6 CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-NC-4.0
  CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-2.0 CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-PDDC CC0-1.0 CDDL-1.0 CDDL-1.1 CECILL-2.0
  CECILL-2.1 CECILL-B CECILL-C ClArtistic CNRI-Python CPL-1.0 curl Cube cve-tou diffmark DOC Dotseqn EFL-2.0 EPL-1.0 EPL-2.0
  EUPL-1.1 EUPL-1.2 Elastic-2.0 FSFAP FSFUL FSFULLR FSFULLRWD FTL GD GFDL-1.1-only GFDL-1.1-or-later GFDL-1.2 GFDL-1.2-only
  GFDL-1.2-or-later GFDL-1.3 GFDL-1.3-only GFDL-1.3-or-later GFDL-1.3-no-invariants-or-later GPL-1.0 GPL-1.0+ GPL-1.0-only
  GPL-1.0-or-later GPL-2.0 GPL-2.0+ GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0+ GPL-3.0-only GPL-3.0-or-later Hippocratic-2.1
  HPND HPND-sell-variant HPND-sell-MIT-disclaimer-xserver IBM-pibs ICU IJG ImageMagick Info-ZIP Intel IPA IPL-1.0 ISC ISC-Veillard
  JasPer-2.0 JSON Latex2e Leptonica LGPL-2.0 LGPL-2.0+ LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1 LGPL-2.1+ LGPL-2.1-only
  LGPL-2.1-or-later LGPL-3.0 LGPL-3.0+ LGPL-3.0-only LGPL-3.0-or-later LGPLLR Libpng libpng-2.0 libtiff Linux-man-pages-copyleft
  Linux-OpenIB LPL-1.02 LPPL-1.3a LPPL-1.3c lsof MirOS MIT MIT-0 MIT-CMU MIT-feh MIT-Modern-Variant MIT-open-group MITNFA
  MPL-1.0 MPL-1.1 MPL-2.0 MPL-2.0-no-copyleft-exception MS-PL MS-RL MulanPSL-2.0 NAIST-2003 NCSA Net-SNMP NetCDF Newsletr NICTA-1.0
  NIST-PD NTP OFL-1.0 OFL-1.1 OFL-1.1-RFN OFL-1.1-no-RFN OGC-1.0 OLDAP-2.8 OpenSSL OpenSSL-standalone OSL-2.1 OSL-3.0 PHP-3.0
  PHP-3.01 Plexus PostgreSQL psfrag PSF-2.0 Python-2.0 Python-2.0.1 QPL-1.0 Qhull RSA-MD Ruby Saxpath Sendmail SGI-B-2.0
  SISSL Sleepycat SMLNJ snprintf Spencer-86 Spencer-94 Spencer-99 SSH-OpenSSH SSH-short SSPL-1.0 SunPro SWL TCL TCP-wrappers TMate
  TPL-1.0 TU-Berlin-2.0 Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016 Unicode-TOU Unlicense UPL-1.0 Vim W3C W3C-19980720 W3C-20150513
  WTFPL X11 X11-distribute-modifications-variant Xerox XFree86-1.1 Xnet xpp Zlib zlib-acknowledgement ZPL-1.1 ZPL-2.0 ZPL-2.1`.split(
    /\s+/,
  ),
);

/** Exceptions that may follow `WITH`, by their ids in the same list. */
export const exceptionIds: readonly string[] = Object.freeze(
  `Autoconf-exception-2.0 Autoconf-exception-3.0 Bison-exception-1.24 Bison-exception-2.2 Bootloader-exception Classpath-exception-2.0
  CLISP-exception-2.0 cryptsetup-OpenSSL-exception DigiRule-FOSS-exception eCos-exception-2.0 FLTK-exception Font-exception-2.0
  freertos-exception-2.0 GCC-exception-2.0 GCC-exception-3.1 Libtool-exception Linux-syscall-note LLVM-exception LZMA-exception
  mif-exception OCaml-LGPL-linking-exception OpenJDK-assembly-exception-1.0 openvpn-openssl-exception PS-or-PDF-font-exception-20170817
  Qt-GPL-exception-1.0 Qt-LGPL-exception-1.1 Qwt-exception-1.0 Swift-exception u-boot-exception-2.0
  Universal-FOSS-exception-1.0 WxWindows-exception-3.1 x11vnc-openssl-exception`.split(/\s+/),
);
