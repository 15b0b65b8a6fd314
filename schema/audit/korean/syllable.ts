const firstSyllable = 0xac00
const lastSyllable = 0xd7a3
const finals = 28

/** Index of ㅆ among the final consonants of a syllable. */
export const finalSsangSiot = 20

/**
 * Index of the final consonant (0: none, 1..27) of a precomposed Hangul syllable, or null where the character is
 * none. Source: The Unicode Standard, section 3.12, Hangul syllable decomposition.
 */
export function finalConsonant(character: string): number | null {
  const code = character.codePointAt(0) ?? 0
  return code < firstSyllable || code > lastSyllable ? null : (code - firstSyllable) % finals
}

const initialLetters = 'g kk n d tt r m b pp s ss  j jj ch k t p h'.split(' ')
const vowelLetters = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ')
const finalLetters = ' k k k n n n t l k m l l l p l m p p t t ng t t k t p t'.split(' ')

/**
 * Korean text in Latin letters, syllable by syllable; everything else is left as it is. Source: Revised
 * Romanization of Korean (2000), without the sound changes between syllables.
 */
export function romanize(text: string): string {
  return text.replace(/[가-힣]/g, (syllable) => {
    const index = syllable.charCodeAt(0) - firstSyllable
    const vowels = vowelLetters.length
    return (
      initialLetters[Math.floor(index / (vowels * finals))]! +
      vowelLetters[Math.floor(index / finals) % vowels]! +
      finalLetters[index % finals]!
    )
  })
}
