# SPDX-License-Identifier: GPL-2.0-only
# `make help` lists what can be made, and the variables.

VERSION := $(shell sed -n 's/^.define VR_VERSION "\(.*\)"/\1/p' include/vr/version.h)
KREL ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KREL)/build
BUILD ?= build/$(KREL)
TOOLS ?= $(CURDIR)/build/utils
DESTDIR ?=
TIME ?= 600
DKMS ?= dkms
DKMS_SRC ?= /usr/src/vrouter-$(VERSION)

.PHONY: all help module tools check check-all demo bench unit fuzz functional install dkms-install \
	dkms-source dkms-remove deb clean

all: tools		## the tools, and the module if the running kernel's headers are there (default)
ifneq ($(wildcard $(KDIR)/Makefile),)
all: module
else
all:
	@echo "No kernel headers in $(KDIR): the module was not built."
	@echo "Install them (Debian: apt-get install linux-headers-$(KREL)), or say where they are: make module KDIR=DIRECTORY"
endif

help:			## this text
	@echo "Targets:"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 18 | sed 's/^/  /'
	@echo "Variables:"
	@echo "  KREL=RELEASE      build for this kernel, default the running one ($(KREL))"
	@echo "  KDIR=DIRECTORY    its headers or build tree, default /lib/modules/RELEASE/build"
	@echo "  BUILD=DIRECTORY   where the module is built, default build/RELEASE"
	@echo "  VR_TEST_MODULES=1 also builds the modules in tests/kunit and tests/bench"
	@echo "  TIME=SECONDS      that each fuzzer runs, default $(TIME)"
	@echo "  DESTDIR=DIRECTORY install below it"
	@echo "  V=1 W=1 C=1       and others of the kernel's: see its own make help"

# --- the module ------------------------------------------------------------------------------------------------------
# Built in $(BUILD)/tree, a mirror of the sources made of symbolic links: builds for several kernels do not meet.

MODULE_SRC := include dp-core linux
TEST_DIRS := $(if $(filter 1,$(VR_TEST_MODULES)),tests/kunit tests/bench)
OUT := $(abspath $(BUILD))

module:			## BUILD/vrouter.ko
	@test -e $(KDIR)/Makefile || { echo "No kernel headers in $(KDIR)." >&2; exit 2; }
	@mkdir -p $(OUT)/tree/tests
	@cp -rsf $(addprefix $(CURDIR)/,$(MODULE_SRC)) $(OUT)/tree/
	@$(if $(TEST_DIRS),cp -rsf $(addprefix $(CURDIR)/tests/,unit kunit bench) $(OUT)/tree/tests/)
	@find $(OUT)/tree -xtype l -delete
	@cp -u --remove-destination Kbuild $(OUT)/tree/
	$(MAKE) -C $(KDIR) M=$(OUT)/tree modules
	@cp $(OUT)/tree/vrouter.ko $(OUT)/.vrouter.ko && mv $(OUT)/.vrouter.ko $(OUT)/vrouter.ko
	$(foreach dir,$(TEST_DIRS),$(call test_modules,$(OUT)/tree/$(dir)))

define test_modules
	+$(MAKE) -C $(KDIR) M=$(1) modules
	@find $(1) -maxdepth 1 -name '*.ko' -exec cp -t $(OUT) {} +

endef

# --- the rest --------------------------------------------------------------------------------------------------------

tools:			## build/utils: vif nh rt flow dropstats vrouter vragent ...
	$(MAKE) -C utils BUILD=$(TOOLS)
	$(MAKE) -C utils/agent BUILD=$(TOOLS)

check:			## everything that must pass before a commit
	scripts/setup
	scripts/check

check-all:		## that, and what takes hours: other kernels, debugging kernels, faults, fuzzers
	scripts/setup
	scripts/check --all

demo:			## a small network of guests in a virtual machine
	scripts/setup
	scripts/demo

bench:			## nanoseconds per packet, next to Linux's own bridge and router
	scripts/setup
	scripts/bench

unit:			## unit tests, in user space under sanitizers
	$(MAKE) -C tests/unit

fuzz:			## hostile input for TIME seconds each: parsers, a whole core, vragent
	tests/fuzz/run --time $(TIME)

functional:		## functional tests, in a virtual machine
	tests/vm/run --timeout 3600 -- tests/functional/all

install: all		## module, tools and man pages of the running kernel's system
	install -D -m 644 $(OUT)/vrouter.ko $(DESTDIR)/lib/modules/$(KREL)/updates/vrouter.ko
	$(if $(DESTDIR),,depmod $(KREL))
	$(MAKE) -C utils install DESTDIR=$(DESTDIR)
	$(MAKE) -C utils/agent install DESTDIR=$(DESTDIR)

# Whatever version is there. The source is ours by its name.
dkms_remove_all = $(DKMS) status -m vrouter | sed -n 's|^vrouter/\([^,:]*\)[,:].*|\1|p' | sort -u | \
	while read version; do \
		$(DKMS) remove vrouter/$$version --all && rm -rf $(dir $(DKMS_SRC))vrouter-$$version || exit 1; \
	done

dkms-install:		## the module by DKMS: built again with each new kernel
	@$(dkms_remove_all)
	$(MAKE) dkms-source
	$(DKMS) add vrouter/$(VERSION)
	$(DKMS) build vrouter/$(VERSION) -k $(KREL)
	$(DKMS) install vrouter/$(VERSION) -k $(KREL)

# What DKMS builds from, in DKMS_SRC.
dkms-source:
	rm -rf $(DKMS_SRC)
	mkdir -p $(DKMS_SRC)
	cp -r Makefile Kbuild $(MODULE_SRC) $(DKMS_SRC)/
	sed 's/#MODULE_VERSION#/$(VERSION)/' dkms.conf >$(DKMS_SRC)/dkms.conf

dkms-remove:		## undo dkms-install
	@$(dkms_remove_all)

# On a copy of the tree: the tools are built anew, and dpkg-buildpackage leaves its results beside it.
deb:			## Debian packages of module source, tools and dissector in build/deb
	rm -rf build/deb
	mkdir -p build/deb/vrouter
	tar -c --exclude=./build --exclude=./.git . | tar -x -C build/deb/vrouter
	cd build/deb/vrouter && dpkg-buildpackage -us -uc
	rm -rf build/deb/vrouter
	@ls build/deb/*.deb

clean:			## removes build/
	rm -rf build
