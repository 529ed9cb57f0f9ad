/* SPDX-License-Identifier: GPL-2.0-only */
/* The configuration file in memory. It never changes: a reload makes another. */
#ifndef _VA_CONFIG_H
#define _VA_CONFIG_H

#include <stdbool.h>

#include <linux/types.h>

#include <vrouter/netlink.h>

#include "policy.h"
#include "reader.h"

#define LEASE_DNS_MAX	4
#define LEASE_NAME_MAX	64

/**
 * struct lease - what a DHCP client is told
 * @mac: who
 * @vif: behind this vif only: its id or device name; "": any
 * @address: and its prefix length; family 0: not said
 * @gateway: 0.0.0.0: none, like the other addresses
 * @server: server identifier
 * @dns: name servers
 * @n_dns: how many
 * @seconds: lease time
 * @mtu: 0: not said
 * @hostname: "": not said, like
 * @domain: domain name
 * @line: where it is in the file
 */
struct lease {
	__u8 mac[WORD_MAC_LEN];
	char vif[VR_NAME_MAX + 1];
	struct prefix address;
	__u8 gateway[4];
	__u8 server[4];
	__u8 dns[LEASE_DNS_MAX][4];
	__u32 n_dns;
	__u32 seconds;
	__u32 mtu;
	char hostname[LEASE_NAME_MAX];
	char domain[LEASE_NAME_MAX];
	unsigned int line;
};

/**
 * struct gateway - an address of the router in a VRF
 * @address: and the prefix that it is the gateway of
 * @mac: source of what is sent from it; zero: the vif's own
 */
struct gateway {
	struct prefix address;
	__u8 mac[WORD_MAC_LEN];
};

/**
 * struct config_vrf - what is configured of a VRF
 * @vrf: its id
 * @line: where it is in the file
 * @resolve: routes and nexthops are made for neighbours that are found
 * @rules: who may talk to whom
 * @gateway: addresses of the router
 * @n_gateways: how many
 * @lease: sorted by MAC
 * @n_leases: how many
 */
struct config_vrf {
	__u32 vrf;
	unsigned int line;
	bool resolve;
	struct rules rules;
	struct gateway *gateway;
	unsigned int n_gateways;
	struct lease *lease;
	unsigned int n_leases;
};

/**
 * struct config - the whole file
 * @pkt0: name of the agent's device
 * @pkt0_vif: id of its vif; VR_VIF_ID_MAX + 1: the kernel's choice
 * @icmp_rate: ICMP errors a second, per vif
 * @resolve_nhs: ids of nexthops that the agent may make, first and last
 * @other: rules of VRFs that are not in the file: none but a default
 * @vrf: sorted by id
 * @n_vrfs: how many
 */
struct config {
	char pkt0[VR_NAME_MAX + 1];
	__u32 pkt0_vif;
	__u32 icmp_rate;
	__u32 resolve_nhs[2];
	struct rules other;
	struct config_vrf *vrf;
	unsigned int n_vrfs;
};

/* Reads and checks a file; NULL: @errors has at least one. */
struct config *config_load(const char *file, struct errors *errors);
void config_free(struct config *config);

/* What is configured of a VRF; NULL: nothing. */
const struct config_vrf *config_vrf(const struct config *config, __u32 vrf);
const struct rules *config_rules(const struct config *config, __u32 vrf);

/**
 * config_lease() - what a client gets
 * @vrf: may be NULL
 * @mac: whose
 * @vif: id of the vif that it is behind
 * @name: device name of that vif
 *
 * Return: NULL: nothing. A lease for the vif goes before one for any.
 */
const struct lease *config_lease(const struct config_vrf *vrf, const __u8 *mac, __u32 vif,
				 const char *name);

/* The lease of an address, NULL if there is none. */
const struct lease *config_lease_of(const struct config_vrf *vrf, const __u8 *addr4);

/* The router's address towards @addr: of a prefix with it in, else any of its family; NULL. */
const struct gateway *config_gateway(const struct config_vrf *vrf, __u32 family,
				     const __u8 *addr);

/* For config.c alone: the keys "dhcp" and "gateways" of a VRF. config_dhcp.c */
void read_dhcp(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
void read_gateways(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
void config_check_leases(struct reader *rd, struct config_vrf *vrf);

#endif /* _VA_CONFIG_H */
