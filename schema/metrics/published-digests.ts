/**
 * Digests of published texts, never the texts: the first 16 hexadecimal digits of SHA-256 over the text in
 * NFC with every run of white space as one blank and none at the ends.
 */
const listed = (digests: string) => new Set(digests.trim().split(/\s+/))

/** The 80 questions of Ko-Bench (first turn). */
export const koBenchQuestions = listed(`
  00da7c5a458b6865 012c9714105dbdb7 03c62ec6629cc3a8 0b8cf548efc5830e 0cc2d9b0065b891c
  123aea4819f48b98 20d585f55fda0bd0 2514ad9ae6807250 26ba295acade7f3a 2818bb33fed2dd48
  29434324f7f454be 29fba5f7a16c1a87 2b4a2e6c3e36f7dd 3028980190f55167 3244f6234d0ad2cf
  32861d6e20ef41e9 3566be150159ef16 376649a5fe20d3b4 3b30f30bf41dc62a 3d1aae4dbaf9f0f0
  447d23f0d915a3b5 4945e6738767cf39 496aca7e43a7ca5f 4a40f409b8c45700 4edac8f898fe0ad8
  528f0df809ec614a 55c1264ab7d43009 569696a7bb17ffec 579b747ed0ab1c86 57c832dc8d2376f8
  599ee17ebcf50075 5b36eb546fafc8a0 62df8b551497c979 6419eba30e92400d 65f65125e92bf884
  680abbc92b8f224b 6a9b3ce9cdc88cc4 6b57727bb636d955 76cc41e3f8d72e58 7c4ea11c99165c98
  7dd74b525ce2ff60 86fecb3a1ccd2313 87f4d06c09f6e8a5 8ad7358dfd19757f 8b5d556ac80911d0
  8d3442534d6396b2 94bd6bfe1df01bf6 9d9320f79b24b565 9dc7e3916f5d7902 a446693a1d6c58a9
  a45d06587e287035 b1f3b38c50f67428 b2da0d5ba89f07ab b4c3f3f47a1f1b8d ba4e02828305aea5
  bcc24de03532e3e2 bda8de66eae48dcf bdb273466c8fd1cd c03ab33c0125fc97 c585c8fded94c8b8
  cf45e2519dc0d4d8 d350943554579208 d8bd9f7f75eafc29 da070e072b0b8013 dd1533d749c4c2ba
  de5ebdf2c36daa7e df1f6827bc1e4db6 e0ea6a89452aa44f e232e145353a685b e4d31336608d22ec
  e5f1477cebb4a61d e92e23f0ae201e1a e9ede7c2e5652095 ea3ea5f92b1c243d ecc8ebbe0b4baef3
  edfa39bb97190a44 fa315a9164d0808a fd814f43fe27be6d ff27acf827d8e93f ff6969add16f7a11
`)

/** The 22 inputs of the test set in the keval model card, as the judge reads them. */
export const kevalTestInputs = listed(`
  08f7cfc55d0045a0 1c75a14d46936b4c 2846ff65b80eb119 33f6143fff494ce9 3e93f4511d07e8f2
  41fdcab8a4941530 74df42d2a1421b86 7c324ab38cff0717 7cfd80151cddd1be 81d1ab94c5abe594
  8a09306c2acf89c5 9d30ad8b9f3af06c a73186d878ce8b86 acdc017a890a1c64 b052e69848c289db
  b9329dc0c1b9e359 bdf67feb5790b44a be7076d2a57519c3 d0ede599b9c1284c daebb07431438297
  eee2c066b513518d fa2423af499500c5
`)
