#!/bin/sh
# Tries the Containerfile's steps where no container engine is: builds the program for musl, looks whether it is static, lays
# out the image as the Containerfile does, and runs it in there: as nobody, on a read-only root, with nothing else around it.
#
#   deploy/container/check.sh            builds (the musl target of rustup is needed)
#   deploy/container/check.sh PROGRAM    takes a program that was built elsewhere
#
# As root: it needs mount and chroot, in a namespace of its own.
set -eu
cd "$(dirname "$0")/../.."
here=$PWD
file=deploy/container/Containerfile
target=x86_64-unknown-linux-musl

fail() { echo "FAIL $*" >&2; exit 1; }
ok() { echo "ok   $*"; }

# 1. What it copies is there, and it ends as nobody, on nothing.
for source in $(sed -n 's/^COPY \([^-].*\) [^ ]*$/\1/p' "$file"); do
	[ -e "$source" ] || fail "$file copies $source, which is not there"
done
grep -qx 'FROM scratch' "$file" || fail "$file does not end on scratch"
[ "$(grep '^USER ' "$file" | tail -n 1)" = "USER 65532:65532" ] || fail "$file does not end as nobody"
ok "$file copies what is there, ends on scratch, as 65532"

# 2. The program.
program=${1:-}
if [ -z "$program" ]; then
	rustup target list --installed 2>/dev/null | grep -qx "$target" ||
		fail "rustup has no $target here and may have no way to get it: give a program that was built elsewhere"
	CC_x86_64_unknown_linux_musl=musl-gcc CARGO_PROFILE_RELEASE_STRIP=symbols RUSTFLAGS="-C target-feature=+crt-static" \
		cargo build --release --locked --package langhals-cli --target "$target"
	program=${CARGO_TARGET_DIR:-target}/$target/release/langhals
fi
readelf --program-headers "$program" | grep -q INTERP && fail "$program asks for a loader: it is not static"
readelf --dynamic "$program" | grep -q NEEDED && fail "$program needs shared libraries: it is not static"
ok "$program is static: $(stat -c %s "$program") bytes"

# 3. The image, by the Containerfile's own lines.
image=$(mktemp -d /var/tmp/langhals-image-XXXXXX)
trap 'rm -rf "$image"' EXIT
[ "$(id -u)" = 0 ] || fail "the image is tried by root only"
mkdir -p "$image/usr/bin" "$image/usr/share/langhals" "$image/etc/langhals" "$image/etc/ssl/certs" "$image/var/lib/langhals" \
	"$image/run/credentials/langhals" "$image/tmp" "$image/proc"
for folder in /usr/bin /usr/share/langhals /etc/langhals /etc/ssl/certs /var/lib/langhals /run/credentials/langhals /tmp; do
	grep -q "/image$folder" "$file" || fail "$file does not make $folder"
done
cp "$program" "$image/usr/bin/langhals"
cp -r models "$image/usr/share/langhals/"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
chown -R 65532:65532 "$image/var/lib/langhals"
ok "the image holds $(find "$image" -type f | wc -l) files, $(du -sm "$image" | cut -f 1) MB"

# 4. In it. The mail is a sample of the tests; the mailbox is nowhere, so `check` must say so and nothing worse.
cat >"$image/etc/langhals/langhals.toml" <<'EOF'
[model]
dir = "/var/lib/langhals/models"
[web]
listen = "127.0.0.1:0"
[[mailbox]]
name = "poststelle"
host = "mail.invalid"
user = "poststelle"
password_file = "/run/credentials/langhals/poststelle"
EOF
echo geheim >"$image/run/credentials/langhals/poststelle"
printf 'From: a@b.example\nSubject: Antrag auf Wohngeld\n\nHiermit beantrage ich Wohngeld.\n' >"$image/tmp/a.eml"
chmod 755 "$image"
chmod -R a+rX "$image/usr" "$image/etc" "$image/run" "$image/tmp"
inside() {
	unshare --mount --pid --fork sh -euc '
		mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"
		mount --bind "$0/var/lib/langhals" "$0/var/lib/langhals" && mount -o remount,bind,rw "$0/var/lib/langhals"
		image=$0; exec chroot --userspec=65532:65532 "$image" /usr/bin/langhals "$@"' "$image" "$@"
}
ok "--version: $(inside --version)"
inside classify --model /usr/share/langhals/models --format json /tmp/a.eml | grep -q '"class":"application"' ||
	fail "a sample mail is not judged in the image"
ok "a mail is judged by the packaged model"
said=$(inside --config /etc/langhals/langhals.toml check 2>&1) && fail "check found a mailbox that is not there"
echo "$said" | grep -q '^ok   model standard-1' || fail "check does not find the packaged model: $said"
echo "$said" | grep -q 'mail.invalid' || fail "check does not look for the mail server: $said"
ok "check: the model is there, names are looked up"
# The first start brings the packaged model to the volume.
inside --config /etc/langhals/langhals.toml run --once >/dev/null 2>&1 || true
[ -s "$image/var/lib/langhals/models/PROMOTED" ] || fail "the first start brought no model to the volume"
ok "the first start brings the packaged model to the volume"
cd "$here"
echo "all well"
