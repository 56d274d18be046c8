// How the framework's switches hang on those of the policy: none is on whose policy's switches are off.
//
// What this is: turning a purpose of the policy on turns on what hangs on it, as it does with its third parties; special
// features are turned on one by one only. Turning one of the framework's switches on turns on what it hangs on, and no
// other purpose.

/** The policy's switches with these names. What has no switch is always on. */
export const parentsOf = (stage, kind, ids) => ids.map((id) => stage.querySelector(`input[name=${kind}][value="${id}"]`)).filter(Boolean);

export const isOpen = ({ parents }) => parents.every((parent) => parent.checked);

let turned;

/** Follows a change of `target`, one of these switches or of the policy's. */
export function follow(switches, target) {
  const item = switches.find(({ input }) => input == target);
  if (item?.input.checked) {
    turned = item;
    for (const parent of item.parents.filter((each) => !each.checked)) {
      parent.checked = true;
      parent.dispatchEvent(new Event('change', { bubbles: true }));
    }
    turned = undefined;
    item.input.checked = isOpen(item);
  }
  for (const each of switches) {
    const opens = isOpen(each);
    if (!opens) each.input.checked = false;
    else if (!each.wasOpen && each.follows(turned)) each.input.checked = true;
    each.wasOpen = opens;
  }
}
