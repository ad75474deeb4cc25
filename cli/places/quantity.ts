const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The number that a quantity of Kubernetes stands for (k8s.io/apimachinery/pkg/api/resource); undefined for text that is none. */
export function quantity(text: string): number | undefined {
  const [, count, suffix = ''] = /^(\d{1,20}(?:\.\d{1,9})?)([A-Za-z]{0,2}|[eE][+-]?\d{1,2})$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  if (/^[eE][+-]?\d/.test(suffix)) return Number(`${count}${suffix}`);
  if (DECIMAL.includes(suffix)) return Number(`${count}e${3 * DECIMAL.indexOf(suffix) - 9}`);
  return BINARY.includes(suffix) ? Number(count) * 1024 ** BINARY.indexOf(suffix) : undefined;
}
