# SPDX-License-Identifier: GPL-2.0-only
# What cannot be told by the kernel's version, for it came to stable kernels too or its version is not known, and not by
# the preprocessor either: looked up in the kernel's headers. For the headers here.

vrl-have = $(if $(shell grep -sw $(2) $(srctree)/include/$(3)),-DVRL_HAVE_$(1))
ccflags-y += $(call vrl-have,NETNS_IMMUTABLE,netns_immutable,linux/netdevice.h)
ccflags-y += $(call vrl-have,HOPOPT_JUMBO,ipv6_has_hopopt_jumbo,net/ipv6.h)
