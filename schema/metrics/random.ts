/** A stream of random numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number

/**
 * Random numbers that a seed repeats on every machine: sfc32, 53 bits a number.
 * Source: Doty-Humphrey's PractRand, "small fast counting" generator.
 */
export function seededRandom(seed: number): Random {
  let a = seed | 0
  let b = 0x9e3779b9
  let c = 0x243f6a88
  let counter = 1
  const next = (): number => {
    const mixed = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + mixed) | 0
    return mixed >>> 0
  }
  for (let i = 0; i < 16; i++) next()
  return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000
}

/**
 * Draws from the binomial distribution of `n` trials with probability `p`. Small means use inversion,
 * large ones transformed rejection, so that the cost does not grow with `n`.
 * Source: Hörmann (1993), The generation of binomial random variates, algorithm BTRS.
 */
export function binomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(n, 1 - p, random)
  return n * p < 10 ? byInversion(n, p, random) : byRejection(n, p, random)
}

function byInversion(n: number, p: number, random: Random): number {
  const ratio = p / (1 - p)
  let probability = (1 - p) ** n
  let left = random()
  let successes = 0
  while (left > probability && successes < n) {
    left -= probability
    successes++
    probability *= ((n - successes + 1) / successes) * ratio
  }
  return successes
}

function byRejection(n: number, p: number, random: Random): number {
  const q = 1 - p
  const deviation = Math.sqrt(n * p * q)
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const center = n * p + 0.5
  const alpha = (2.83 + 5.1 / b) * deviation
  const sureAccept = 0.92 - 4.2 / b
  const odds = p / q
  const mode = Math.floor((n + 1) * p)
  for (;;) {
    const u = random() - 0.5
    const v = random()
    const distance = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / distance + b) * u + center)
    if (distance >= 0.07 && v <= sureAccept) return k
    if (k < 0 || k > n) continue
    const accepted =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      stirlingTail(mode) +
      stirlingTail(n - mode) -
      stirlingTail(k) -
      stirlingTail(n - k)
    if (Math.log((v * alpha) / (a / (distance * distance) + b)) <= accepted) return k
  }
}

/** `log k!` less Stirling's approximation of it: what the acceptance test needs of a factorial. */
function stirlingTail(k: number): number {
  if (k < stirlingTails.length) return stirlingTails[k]!
  const next = k + 1
  return (1 / 12 - (1 / 360 - 1 / 1260 / (next * next)) / (next * next)) / next
}

const stirlingTails = Array.from({ length: 10 }, (_, k) => {
  let logFactorial = 0
  for (let i = 2; i <= k; i++) logFactorial += Math.log(i)
  return logFactorial - (k + 0.5) * Math.log(k + 1) + (k + 1) - 0.5 * Math.log(2 * Math.PI)
})
