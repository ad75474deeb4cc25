/** Powers of ten, as suffixes (k8s.io/apimachinery/pkg/api/resource). */
const DECIMAL: ReadonlyMap<string, number> = new Map(
  ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index) => [suffix, 3 * index - 9]),
);
const DECIMAL_SUFFIX = new Map([...DECIMAL].map(([suffix, exponent]) => [exponent, suffix]));
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The API server rounds what containers ask for up to whole thousandths (k8s.io/kubernetes/pkg/apis/core/v1, SetDefaults_ResourceList). */
const MILLI = -3;
const THOUSAND = 10n ** 3n;

/** The largest number that every implementation can hold; 2^63 - 1. */
const MAX = 2n ** 63n - 1n;

/** An exponent beyond this leaves nothing to tell apart: above is MAX, below a thousandth. It also keeps `1e999999999` from filling the memory. */
const MAX_EXPONENT = 60;

/** Longer numbers are a mistake or an attack: they take time that grows with the square of their length. */
const FORM = /^(\d{0,64})(?:\.(\d{0,64}))?([A-Za-z]*(?:[+-]?\d{1,32})?)$/;

/**
 * A quantity of Kubernetes as the API server prints it, so that what is wanted can be compared with what is there: `0.5` → `500m`, `1024Mi` →
 * `1Gi`, `1e3` → `1k`. Text that is no quantity stays as it is: the API server says what is wrong with it.
 */
export function canonicalQuantity(quantity: string | number): string {
  const [, whole = '', fraction = '', suffix = ''] = FORM.exec(String(quantity)) ?? [];
  if (whole + fraction === '') return String(quantity);
  const digits = BigInt(`${whole}${fraction}`);
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) return printBinary(inThousandths(digits * 1024n ** BigInt(binary), -fraction.length));
  const exponent = DECIMAL.get(suffix) ?? exponentOf(suffix);
  return exponent === undefined
    ? String(quantity)
    : printDecimal(inThousandths(digits, clamp(exponent) - fraction.length));
}

function exponentOf(suffix: string): number | undefined {
  const [, exponent] = /^[eE]([+-]?\d+)$/.exec(suffix) ?? [];
  return exponent === undefined ? undefined : Number(exponent);
}

const clamp = (exponent: number): number => Math.min(MAX_EXPONENT, Math.max(-MAX_EXPONENT, exponent));

/** `digits` × 10^`exponent` in thousandths: rounded up, because whoever asks for something gets something. */
function inThousandths(digits: bigint, exponent: number): bigint {
  const shift = exponent - MILLI;
  const amount = shift >= 0 ? digits * 10n ** BigInt(shift) : roundedUp(digits, 10n ** BigInt(-shift));
  return amount > MAX * THOUSAND ? MAX * THOUSAND : amount;
}

const roundedUp = (amount: bigint, divisor: bigint): bigint => (amount + divisor - 1n) / divisor;

/** Below 1024, and for what is no whole number, the decimal form says more. */
function printBinary(thousandths: bigint): string {
  let amount = thousandths / THOUSAND;
  if (amount < 1024n || thousandths % THOUSAND !== 0n) return printDecimal(thousandths);
  let power = 0;
  for (; amount % 1024n === 0n; power++) amount /= 1024n;
  return `${amount}${BINARY[power] ?? ''}`;
}

/** With the largest suffix that leaves a whole number. */
function printDecimal(thousandths: bigint): string {
  if (thousandths === 0n) return '0';
  let amount = thousandths;
  let exponent = MILLI;
  for (; amount % 1000n === 0n; exponent += 3) amount /= 1000n;
  return `${amount}${DECIMAL_SUFFIX.get(exponent) ?? ''}`;
}
