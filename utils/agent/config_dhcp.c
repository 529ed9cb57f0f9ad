// SPDX-License-Identifier: GPL-2.0-only
/* The part of the configuration about addresses: gateways and DHCP leases of a VRF. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#define LEASE_SECONDS	86400
#define LEASE_MTU_MIN	68	/* RFC 2132 5.1 */

/* --- gateways ---------------------------------------------------------------- */

static const struct field gateway_fields[] = {
	{ .name = "address", .read = read_prefix, .offset = offsetof(struct gateway, address),
	  .required = true },
	{ .name = "mac", .read = read_mac, .offset = offsetof(struct gateway, mac) },
	{ .name = NULL }
};

void read_gateways(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	int i, n = reader_items(rd, field, node);
	struct config_vrf *vrf = at;

	for (i = 0; i < n; i++) {
		struct gateway *gw = array_add(&vrf->gateway, &vrf->n_gateways, sizeof(*gw));

		if (!gw) {
			reader_error(rd, reader_line(node), field->name, "out of memory");
			return;
		}
		reader_mapping(rd, "a gateway", reader_item(rd, node, i), gateway_fields, gw);
	}
}

static bool prefix_holds(const struct prefix *prefix, const __u8 *addr)
{
	unsigned int bytes = prefix->len / 8, bits = prefix->len % 8;

	if (memcmp(prefix->addr, addr, bytes))
		return false;
	return !bits || !((prefix->addr[bytes] ^ addr[bytes]) >> (8 - bits));
}

const struct gateway *config_gateway(const struct config_vrf *vrf, __u32 family,
				     const __u8 *addr)
{
	const struct gateway *any = NULL;
	unsigned int i;

	for (i = 0; vrf && i < vrf->n_gateways; i++) {
		const struct gateway *gw = &vrf->gateway[i];

		if (gw->address.family != family)
			continue;
		if (prefix_holds(&gw->address, addr))
			return gw;
		if (!any)
			any = gw;
	}
	return any;
}

/* --- leases ------------------------------------------------------------------ */

static void read_dns(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	int i, n = reader_items(rd, field, node);
	struct lease *lease = at;

	if (n > LEASE_DNS_MAX)
		reader_error(rd, reader_line(node), field->name, "has more than %d addresses",
			     LEASE_DNS_MAX);
	if (n < 0 || n > LEASE_DNS_MAX)
		return;
	lease->n_dns = n;
	for (i = 0; i < n; i++)
		read_addr4(rd, field, reader_item(rd, node, i), lease->dns[i]);
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.';
}

/* A host or domain name (RFC 1123 2.1) */
static void read_host(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node), *c;

	if (!text)
		return;
	for (c = text; is_name_char(*c); c++)
		;
	if (*c || *text == '-' || *text == '.' || strlen(text) >= LEASE_NAME_MAX)
		reader_error(rd, reader_line(node), field->name, "'%.70s' is not a host name",
			     text);
	else
		strcpy(at, text);
}

#define LEASE_COMMON \
	{ .name = "gateway", .read = read_addr4, .offset = offsetof(struct lease, gateway) }, \
	{ .name = "server", .read = read_addr4, .offset = offsetof(struct lease, server) }, \
	{ .name = "dns", .read = read_dns }, \
	{ .name = "lease-time", .read = read_u32, .offset = offsetof(struct lease, seconds), \
	  .min = 60, .max = 0xffffffff }, \
	{ .name = "mtu", .read = read_u32, .offset = offsetof(struct lease, mtu), \
	  .min = LEASE_MTU_MIN, .max = 65535 }, \
	{ .name = "domain", .read = read_host, .offset = offsetof(struct lease, domain) }

static const struct field lease_fields[] = {
	{ .name = "mac", .read = read_mac, .offset = offsetof(struct lease, mac),
	  .required = true },
	{ .name = "address", .read = read_prefix, .offset = offsetof(struct lease, address),
	  .required = true },
	{ .name = "vif", .read = read_string, .offset = offsetof(struct lease, vif), .min = 1,
	  .max = VR_NAME_MAX + 1 },
	{ .name = "hostname", .read = read_host, .offset = offsetof(struct lease, hostname) },
	LEASE_COMMON,
	{ .name = NULL }
};

/** struct dhcp - the mapping "dhcp"; @common is first: its fields are LEASE_COMMON's */
struct dhcp {
	struct lease common;
	yaml_node_t *leases;
};

static void read_leases(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	(void)rd;
	(void)field;
	*(yaml_node_t **)at = node;
}

static const struct field dhcp_fields[] = {
	LEASE_COMMON,
	{ .name = "leases", .read = read_leases, .offset = offsetof(struct dhcp, leases),
	  .required = true },
	{ .name = NULL }
};

static void lease_check(struct reader *rd, const struct lease *lease)
{
	if (!lease->address.family)
		return;
	if (lease->address.family != AF_INET)
		reader_error(rd, lease->line, "address", "is not an IPv4 address");
	else if (!lease->address.has_len || !lease->address.len)
		reader_error(rd, lease->line, "address",
			     "has no prefix length (as in 10.1.1.1/24)");
}

/* What stands beside the leases is known before the first is read, wherever it stands. */
void read_dhcp(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	struct field list = { .name = "leases" };
	struct config_vrf *vrf = at;
	struct dhcp dhcp = { 0 };
	int i, n = 0;

	dhcp.common.seconds = LEASE_SECONDS;
	reader_mapping(rd, field->name, node, dhcp_fields, &dhcp);
	if (dhcp.leases)
		n = reader_items(rd, &list, dhcp.leases);
	for (i = 0; i < n; i++) {
		yaml_node_t *item = reader_item(rd, dhcp.leases, i);
		struct lease *lease = array_add(&vrf->lease, &vrf->n_leases, sizeof(*lease));

		if (!lease) {
			reader_error(rd, reader_line(node), field->name, "out of memory");
			return;
		}
		*lease = dhcp.common;
		lease->line = reader_line(item);
		reader_mapping(rd, "a lease", item, lease_fields, lease);
		lease_check(rd, lease);
	}
}

static bool addr4_is_zero(const __u8 *addr)
{
	return !(addr[0] | addr[1] | addr[2] | addr[3]);
}

/* Who the server is: what "server" says, the client's gateway, or the router's own address. */
static void lease_find_server(struct reader *rd, const struct config_vrf *vrf, struct lease *lease)
{
	const struct gateway *gw = config_gateway(vrf, AF_INET, lease->address.addr);

	if (!addr4_is_zero(lease->server))
		return;
	if (!addr4_is_zero(lease->gateway))
		memcpy(lease->server, lease->gateway, 4);
	else if (gw)
		memcpy(lease->server, gw->address.addr, 4);
	else
		reader_error(rd, lease->line, "server",
			     "is missing, and there is no gateway to stand for it");
}

static int lease_compare(const void *a, const void *b)
{
	const struct lease *one = a, *two = b;
	int order = memcmp(one->mac, two->mac, sizeof(one->mac));

	if (!order)
		order = strcmp(one->vif, two->vif);
	return order ? order : (one->line > two->line) - (one->line < two->line);
}

static int lease_compare_addr(const void *a, const void *b)
{
	const struct lease *const *one = a, *const *two = b;
	int order = memcmp((*one)->address.addr, (*two)->address.addr, 4);

	return order ? order : ((*one)->line > (*two)->line) - ((*one)->line < (*two)->line);
}

static void check_addresses(struct reader *rd, const struct config_vrf *vrf)
{
	const struct lease **by_addr;
	unsigned int i;

	by_addr = calloc(vrf->n_leases, sizeof(*by_addr));
	if (!by_addr) {
		reader_error(rd, vrf->line, "leases", "out of memory");
		return;
	}
	for (i = 0; i < vrf->n_leases; i++)
		by_addr[i] = &vrf->lease[i];
	qsort(by_addr, vrf->n_leases, sizeof(*by_addr), lease_compare_addr);
	for (i = 1; i < vrf->n_leases; i++)
		if (!memcmp(by_addr[i]->address.addr, by_addr[i - 1]->address.addr, 4))
			reader_error(rd, by_addr[i]->line, "address",
				     "is leased on line %u already", by_addr[i - 1]->line);
	free(by_addr);
}

void config_check_leases(struct reader *rd, struct config_vrf *vrf)
{
	unsigned int i;

	if (!vrf->n_leases || rd->errors->n)
		return;
	for (i = 0; i < vrf->n_leases; i++)
		lease_find_server(rd, vrf, &vrf->lease[i]);
	qsort(vrf->lease, vrf->n_leases, sizeof(*vrf->lease), lease_compare);
	for (i = 1; i < vrf->n_leases; i++) {
		const struct lease *lease = &vrf->lease[i], *before = lease - 1;

		if (!memcmp(lease->mac, before->mac, sizeof(lease->mac)) &&
		    !strcmp(lease->vif, before->vif))
			reader_error(rd, lease->line, "mac", "has a lease on line %u already",
				     before->line);
	}
	check_addresses(rd, vrf);
}

static bool lease_is_behind(const struct lease *lease, __u32 vif, const char *name)
{
	__u32 id;

	if (!strcmp(lease->vif, name))
		return true;
	return word_u32(lease->vif, &id) && id == vif;
}

const struct lease *config_lease(const struct config_vrf *vrf, const __u8 *mac, __u32 vif,
				 const char *name)
{
	unsigned int low = 0, high = vrf ? vrf->n_leases : 0;
	const struct lease *any = NULL;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (memcmp(vrf->lease[middle].mac, mac, WORD_MAC_LEN) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	/* "" sorts first, so one for any vif is met before those for a certain one. */
	for (; vrf && low < vrf->n_leases; low++) {
		const struct lease *lease = &vrf->lease[low];

		if (memcmp(lease->mac, mac, WORD_MAC_LEN))
			break;
		if (!lease->vif[0])
			any = lease;
		else if (lease_is_behind(lease, vif, name))
			return lease;
	}
	return any;
}

const struct lease *config_lease_of(const struct config_vrf *vrf, const __u8 *addr4)
{
	unsigned int i;

	for (i = 0; vrf && i < vrf->n_leases; i++)
		if (!memcmp(vrf->lease[i].address.addr, addr4, 4))
			return &vrf->lease[i];
	return NULL;
}
