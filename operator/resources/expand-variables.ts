/**
 * Replaces `$(NAME)` as Kubernetes does in args and env values: a name that is not there stays as it is, `$$` is one dollar sign,
 * so `$$(NAME)` stays the text `$(NAME)` (k8s.io/kubernetes/third_party/forked/golang/expansion).
 */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole;
  });
}
